package dev.parley.conversation;

import java.time.Instant;
import java.util.Optional;

/**
 * The summary of the earlier messages of a conversation.
 *
 * @param content empty if nothing was summarised yet
 * @param messages how many messages it stands for
 * @param lastMessage the last of these messages
 */
public record Summary(
        Optional<String> content,
        int messages,
        Optional<MessageId> lastMessage,
        Optional<Instant> updatedAt) {

    /** Of a conversation of which nothing was summarised. */
    public static final Summary NONE =
            new Summary(Optional.empty(), 0, Optional.empty(), Optional.empty());
}
