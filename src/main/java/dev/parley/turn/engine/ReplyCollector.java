package dev.parley.turn.engine;

import dev.parley.agent.AgentConfig;
import dev.parley.agent.AgentEvent;
import dev.parley.agent.AgentFailed;
import dev.parley.agent.AgentStopped;
import dev.parley.agent.FinishReason;
import dev.parley.platform.value.StorableText;
import dev.parley.turn.memory.TurnMemory;
import dev.parley.turn.stream.TurnStream;
import io.quarkus.logging.Log;
import java.util.function.Consumer;

/**
 * Passes an agent's events to the turn's stream and its reply on, as text that can be stored:
 * PostgreSQL stores no NUL and UTF-8 has no lone surrogates, so a high surrogate waits for its low
 * surrogate.
 */
final class ReplyCollector implements Consumer<AgentEvent> {

    private final TurnStream stream;
    private final Consumer<String> reply;
    private final AgentConfig limits;
    private final TurnMemory.Allocation memory;
    private final Consumer<AgentEvent.TokensUsed> usage;
    private final ConnectionHoldGuard connectionGuard;
    private String pendingSurrogate = "";
    private int length;
    private boolean blank = true;
    private FinishReason finishReason = FinishReason.STOP;

    /**
     * @param reply gets the text of the reply; {@code stream} gets the other events
     * @param memory counts what the agent holds
     * @param usage gets what the agent has used
     */
    ReplyCollector(
            TurnStream stream,
            Consumer<String> reply,
            AgentConfig limits,
            TurnMemory.Allocation memory,
            Consumer<AgentEvent.TokensUsed> usage,
            ConnectionHoldGuard connectionGuard) {
        this.stream = stream;
        this.reply = reply;
        this.limits = limits;
        this.memory = memory;
        this.usage = usage;
        this.connectionGuard = connectionGuard;
    }

    @Override
    public void accept(AgentEvent event) {
        connectionGuard.assertNothingHeld("when the agent sent an event");
        switch (event) {
            case AgentEvent.ReplyDelta delta -> appendDelta(delta.text());
            case AgentEvent.TokensUsed tokens -> usage.accept(tokens);
            case AgentEvent.Finished finished -> finishReason = finished.reason();
            case AgentEvent.Delegated delegated -> stream.appendToolEvent(delegated);
            case AgentEvent.MessageJoined joined -> stream.appendToolEvent(joined);
            case AgentEvent.ToolCalled called -> {
                memory.add(called.arguments().toString());
                stream.appendToolEvent(called);
            }
            case AgentEvent.ApprovalAsked asked -> stream.appendToolEvent(asked);
            case AgentEvent.ApprovalDecided decided -> stream.appendToolEvent(decided);
            case AgentEvent.ToolReturned returned -> {
                memory.add(limits.maxToolResultLength());
                stream.appendToolEvent(returned);
            }
        }
    }

    private void appendDelta(String delta) {
        length += delta.length();
        if (length > limits.maxReplyLength()) {
            throw new AgentFailed(
                    "The reply is longer than %d characters.".formatted(limits.maxReplyLength()));
        }
        String text = pendingSurrogate + delta;
        boolean endsInHighSurrogate =
                !text.isEmpty() && Character.isHighSurrogate(text.charAt(text.length() - 1));
        pendingSurrogate = endsInHighSurrogate ? text.substring(text.length() - 1) : "";
        appendToStream(text.substring(0, text.length() - pendingSurrogate.length()));
    }

    private void appendToStream(String text) {
        if (!text.isEmpty()) {
            blank = blank && text.isBlank();
            memory.add(text);
            reply.accept(StorableText.storable(text));
        }
    }

    /** No more text follows: a pending high surrogate is appended unpaired, as a replacement. */
    void finish() {
        String remainder = pendingSurrogate;
        pendingSurrogate = "";
        try {
            appendToStream(remainder);
        } catch (AgentStopped failure) {
            Log.debug("The turn was ended without waiting for its agent", failure);
        }
    }

    /**
     * @throws AgentFailed if the agent wrote no text
     */
    void requireReply() {
        if (blank) {
            throw new AgentFailed(
                    switch (finishReason) {
                        case STOP -> "The agent returned an empty reply.";
                        case LENGTH ->
                                "The model reached its limit of tokens before it wrote a reply.";
                        case CONTENT_FILTER -> "The model's content filter left out the reply.";
                    });
        }
    }

    FinishReason finishReason() {
        return finishReason;
    }
}
