package dev.parley.turn;

import dev.parley.agent.AgentEvent;
import dev.parley.agent.AgentFailed;
import dev.parley.agent.Usage;
import dev.parley.database.StorableText;
import java.util.function.Consumer;

/** The answer as it grows, piece by piece. */
final class Answer implements Consumer<AgentEvent> {

    private final int longest;
    private final NothingHeld nothingHeld;
    private final StringBuilder reply = new StringBuilder();
    private Usage usage = Usage.NONE;

    Answer(int longest, NothingHeld nothingHeld) {
        this.longest = longest;
        this.nothingHeld = nothingHeld;
    }

    @Override
    public void accept(AgentEvent event) {
        nothingHeld.look("when the agent told of an event");
        switch (event) {
            case AgentEvent.ReplyDelta delta -> append(delta.text());
            case AgentEvent.TokensUsed tokens -> usage = usage.plus(tokens.usage());
            case AgentEvent.ToolCalled called -> {}
            case AgentEvent.ToolReturned returned -> {}
        }
    }

    private void append(String delta) {
        if (reply.length() + delta.length() > longest) {
            throw new AgentFailed("The reply grew longer than %d characters.".formatted(longest));
        }
        reply.append(delta);
    }

    /**
     * The whole reply, fit to be stored: PostgreSQL keeps no NUL, and UTF-8 has no lone surrogates.
     *
     * @throws AgentFailed where the agent said nothing
     */
    String whole() {
        if (reply.toString().isBlank()) {
            throw new AgentFailed("The agent gave an empty answer.");
        }
        return StorableText.storable(reply.toString());
    }

    Usage usage() {
        return usage;
    }
}
