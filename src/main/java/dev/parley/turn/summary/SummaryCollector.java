package dev.parley.turn.summary;

import dev.parley.agent.AgentEvent;
import dev.parley.agent.AgentFailed;
import dev.parley.agent.SummaryWriter;
import dev.parley.platform.value.StorableText;
import dev.parley.turn.store.TurnExchange;
import dev.parley.turn.store.TurnUsage;
import dev.parley.turn.store.UsageLine;
import java.util.List;
import java.util.function.Consumer;

/** Collects what the model writes in one step, and what it uses. Confined to one thread. */
final class SummaryCollector implements Consumer<AgentEvent> {

    private final int maxLength;
    private final StringBuilder text = new StringBuilder();
    private final TurnUsage usage = new TurnUsage(List.of());

    SummaryCollector(int maxLength) {
        this.maxLength = maxLength;
    }

    @Override
    public void accept(AgentEvent event) {
        switch (event) {
            case AgentEvent.ReplyDelta delta -> append(delta.text());
            case AgentEvent.TokensUsed used ->
                    usage.add(TurnExchange.ROOT, SummaryWriter.TYPE, used.model(), used.usage());
            case AgentEvent.ToolCalled _,
                    AgentEvent.ToolReturned _,
                    AgentEvent.Delegated _,
                    AgentEvent.ApprovalAsked _,
                    AgentEvent.ApprovalDecided _,
                    AgentEvent.MessageJoined _,
                    AgentEvent.Finished _ -> {}
        }
    }

    private void append(String piece) {
        text.append(piece, 0, Math.min(piece.length(), maxLength + 1 - text.length()));
    }

    /** What the model has used. */
    List<UsageLine> usage() {
        return usage.lines();
    }

    /**
     * The summary, cut at the end of a word if the model wrote more than it may.
     *
     * @throws AgentFailed if the model has written nothing
     */
    String summary() {
        String written = StorableText.storable(text.toString()).strip();
        if (written.isEmpty()) {
            throw new AgentFailed("The model wrote no summary.");
        }
        return written.length() <= maxLength ? written : cut(written);
    }

    private String cut(String written) {
        int end = maxLength;
        while (end > maxLength / 2 && !Character.isWhitespace(written.charAt(end))) {
            end--;
        }
        if (end == maxLength / 2) {
            end =
                    Character.isHighSurrogate(written.charAt(maxLength - 1))
                            ? maxLength - 1
                            : maxLength;
        }
        return written.substring(0, end).strip();
    }
}
