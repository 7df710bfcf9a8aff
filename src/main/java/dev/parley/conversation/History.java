package dev.parley.conversation;

import java.util.List;
import java.util.Optional;

/**
 * What an agent gets to know of a conversation.
 *
 * @param summary what a model has written about the earlier messages; empty if summaries are off
 * @param messages the latest messages, oldest first; the agent answers the last one
 */
public record History(Optional<String> summary, List<HistoryMessage> messages) {

    /** Of a turn that does not run. */
    public static final History NONE = new History(List.of());

    public History {
        messages = List.copyOf(messages);
    }

    public History(List<HistoryMessage> messages) {
        this(Optional.empty(), messages);
    }
}
