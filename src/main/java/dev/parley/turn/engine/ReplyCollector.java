package dev.parley.turn.engine;

import dev.parley.agent.AgentEvent;
import dev.parley.agent.AgentFailed;
import dev.parley.agent.AgentStopped;
import dev.parley.agent.Usage;
import dev.parley.platform.value.StorableText;
import dev.parley.turn.stream.TurnStream;
import io.quarkus.logging.Log;
import java.util.function.Consumer;

/**
 * Hears the agent and tells the stream, in a form that can be stored: PostgreSQL keeps no NUL, and
 * UTF-8 has no lone surrogates, so half a character waits for its other half.
 */
final class ReplyCollector implements Consumer<AgentEvent> {

    private final TurnStream stream;
    private final int longest;
    private final ConnectionHoldGuard nothingHeld;
    private String half = "";
    private int length;
    private boolean blank = true;
    private Usage usage = Usage.NONE;

    ReplyCollector(TurnStream stream, int longest, ConnectionHoldGuard nothingHeld) {
        this.stream = stream;
        this.longest = longest;
        this.nothingHeld = nothingHeld;
    }

    @Override
    public void accept(AgentEvent event) {
        nothingHeld.assertNothingHeld("when the agent told of an event");
        switch (event) {
            case AgentEvent.ReplyDelta delta -> say(delta.text());
            case AgentEvent.TokensUsed tokens -> usage = usage.plus(tokens.usage());
            case AgentEvent.ToolCalled called -> stream.appendToolEvent(called);
            case AgentEvent.ToolReturned returned -> stream.appendToolEvent(returned);
        }
    }

    private void say(String delta) {
        length += delta.length();
        if (length > longest) {
            throw new AgentFailed("The reply grew longer than %d characters.".formatted(longest));
        }
        String piece = half + delta;
        boolean endsInHalf =
                !piece.isEmpty() && Character.isHighSurrogate(piece.charAt(piece.length() - 1));
        half = endsInHalf ? piece.substring(piece.length() - 1) : "";
        publish(piece.substring(0, piece.length() - half.length()));
    }

    private void publish(String piece) {
        if (!piece.isEmpty()) {
            blank = blank && piece.isBlank();
            stream.append(StorableText.storable(piece));
        }
    }

    /** There is no more to come: what was half stays half. */
    void finish() {
        String rest = half;
        half = "";
        try {
            publish(rest);
        } catch (AgentStopped failure) {
            Log.debug("The turn was ended without its agent", failure);
        }
    }

    /**
     * @throws AgentFailed where the agent said nothing
     */
    void requireReply() {
        if (blank) {
            throw new AgentFailed("The agent gave an empty answer.");
        }
    }

    Usage usage() {
        return usage;
    }
}
