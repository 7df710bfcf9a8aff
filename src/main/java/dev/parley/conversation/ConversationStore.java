package dev.parley.conversation;

import dev.parley.platform.database.sql.LockWait;
import dev.parley.platform.database.sql.RowQuery;
import dev.parley.platform.identity.UserId;
import dev.parley.platform.problem.LimitReached;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes conversations as part of the transactions that open and settle turns, for many turns at
 * once.
 *
 * <p>The caller first locks or creates the conversation, then inserts the turn, then appends the
 * message, because the message refers to the turn. Callers that lock several rows lock them in the
 * order of the ids, which prevents deadlocks.
 */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class ConversationStore {

    private final ConversationRepository conversations;
    private final MessageRepository messages;
    private final ConversationConfig config;

    ConversationStore(
            ConversationRepository conversations,
            MessageRepository messages,
            ConversationConfig config) {
        this.conversations = conversations;
        this.messages = messages;
        this.config = config;
    }

    /**
     * Locks the users' conversations until the transaction ends.
     *
     * @param lockWait whether to wait for conversations that others have locked, or to skip them
     * @return the conversations that are locked now; only the users' own
     */
    public Map<ConversationRef, LockedConversation> lock(
            List<ConversationRef> refs, LockWait lockWait) {
        return refs.isEmpty() ? Map.of() : byRef(locking(refs, lockWait).rows());
    }

    /** The same as a query. */
    public RowQuery<LockedConversation> locking(List<ConversationRef> refs, LockWait lockWait) {
        return conversations.locking(refs, lockWait);
    }

    /**
     * What {@link #locking} has returned, by conversation and owner: another user may ask for the
     * same conversation at the same moment, and has none.
     */
    public static Map<ConversationRef, LockedConversation> byRef(List<LockedConversation> locked) {
        return locked.stream()
                .collect(Collectors.toMap(LockedConversation::ref, conversation -> conversation));
    }

    /** The conversations of the list that exist, locked or not. */
    public Set<ConversationRef> existing(List<ConversationRef> refs) {
        return refs.isEmpty() ? Set.of() : conversations.existing(refs);
    }

    /**
     * Creates conversations without messages; the title is made from the first message. A
     * conversation is left out if its user has {@link ConversationConfig#maxPerAccount}
     * conversations. Transactions that run at the same moment do not see each other's
     * conversations, and may exceed the limit by one each.
     *
     * @return by conversation that is left out: why
     */
    public Map<ConversationId, LimitReached> create(
            List<NewConversation> newConversations, LockWait lockWait, Instant now) {
        if (newConversations.isEmpty()) {
            return Map.of();
        }
        Set<ConversationId> created =
                conversations.create(newConversations, config.maxPerAccount(), lockWait, now);
        return newConversations.stream()
                .map(NewConversation::id)
                .filter(id -> !created.contains(id))
                .collect(
                        Collectors.toUnmodifiableMap(
                                id -> id,
                                id -> new LimitReached("conversations", config.maxPerAccount())));
    }

    /** Deletes conversations that this transaction has created. */
    public void delete(List<ConversationId> ids) {
        if (!ids.isEmpty()) {
            conversations.delete(ids);
        }
    }

    /**
     * Inserts the users' messages, reads the messages before them, and commits the transaction, if
     * there are any: nothing that comes after may touch the database, or fail.
     *
     * @param limits the limits of a history, including the new message
     * @return by turn, for turns that want a history: the messages, the new message last, with the
     *     summary of the conversation
     */
    public Map<UUID, History> appendUserMessagesAndCommit(
            List<UserMessage> userMessages, HistoryLimits limits, Instant now) {
        return userMessages.isEmpty()
                ? Map.of()
                : messages.appendUserMessagesAndCommit(userMessages, limits, now);
    }

    /** Sets the new versions of conversations whose turn has ended, and inserts the replies. */
    public void appendReplies(List<TurnReply> turnReplies, Instant now) {
        if (!turnReplies.isEmpty()) {
            messages.appendReplies(turnReplies, now);
        }
    }

    /**
     * The same as the end of the transaction, which is committed with it: nothing that comes after
     * may touch the database, or fail.
     */
    public void appendRepliesAndCommit(List<TurnReply> turnReplies, Instant now) {
        if (!turnReplies.isEmpty()) {
            messages.appendRepliesAndCommit(turnReplies, now);
        }
    }

    /**
     * Locks the conversations' rows until the transaction ends, and skips rows that others have
     * locked.
     *
     * @return the conversations that are locked now
     */
    public Set<ConversationId> lockSkippingLocked(Collection<ConversationId> ids) {
        return conversations.lockSkippingLocked(ids);
    }

    /** Locks the row of the conversation until the transaction ends. */
    public void lock(ConversationId id) {
        conversations.lock(id);
    }

    /**
     * Increments the versions of conversations in which a turn has ended without a reply.
     *
     * @return the new versions
     */
    public Map<ConversationId, Long> incrementVersions(
            Collection<ConversationId> ids, Instant now) {
        return conversations.incrementVersions(ids, now);
    }

    /**
     * The history of a turn whose message was inserted earlier, in the format of {@link
     * #appendUserMessagesAndCommit}: the message of the turn comes last, without the later messages
     * of other turns.
     */
    public History historyOf(UUID turnId, HistoryLimits limits) {
        return messages.historyOf(turnId, limits);
    }

    /** The content of the user's message to a turn; empty if the message was removed. */
    public Optional<String> userMessage(UUID turnId) {
        return messages.userMessage(turnId);
    }

    /** Replaces the user's message to a turn that has not started. */
    public void editUserMessage(UUID turnId, String content) {
        messages.editUserMessage(turnId, content);
    }

    /**
     * Deletes the user's message to a turn that has not started. Its position is not given to
     * another message, so a cursor at the position stays where it is.
     */
    public void removeUserMessage(UUID turnId) {
        messages.removeUserMessage(turnId);
    }

    /** The messages that exist, by id. */
    public Map<MessageId, StoredMessage> messages(Collection<MessageId> ids) {
        return ids.isEmpty() ? Map.of() : messages.findByIds(ids);
    }

    public Optional<StoredMessage> message(MessageId id) {
        return messages.findMessage(id);
    }

    /** A reference to an existing conversation of a user. */
    public record ConversationRef(ConversationId id, UserId user) {

        // By hand for the sake of native executables, as in ConversationId
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof ConversationRef ref
                    && id.equals(ref.id)
                    && user.equals(ref.user);
        }

        @Override
        public int hashCode() {
            return 31 * id.hashCode() + user.hashCode();
        }
    }

    /**
     * A conversation whose row is locked.
     *
     * @param agentType the agent that the conversation was created with
     * @param messages the last position that a message was given: the number of messages that the
     *     conversation has had
     */
    public record LockedConversation(
            ConversationRef ref, String agentType, int messages, long version) {

        public ConversationId id() {
            return ref.id();
        }
    }

    /** A conversation to create. */
    public record NewConversation(
            ConversationId id, UserId user, String firstMessage, String agentType) {}

    /**
     * A user's message.
     *
     * @param position the position in the conversation, from 1; becomes the last position
     * @param wantsHistory whether the turn starts now and needs the history
     */
    public record UserMessage(
            ConversationId conversation,
            MessageId id,
            UUID turnId,
            int position,
            String content,
            boolean wantsHistory) {}

    /**
     * The end of a turn in a conversation.
     *
     * @param version the new version of the conversation
     * @param messages the last position that a message was given, including the reply
     */
    public record TurnReply(
            ConversationId conversation,
            UUID turnId,
            long version,
            int messages,
            @Nullable Reply reply) {}

    /** A reply to write. */
    public record Reply(MessageId id, String content) {}

    /**
     * Limits of the history: the latest messages within both limits, without a reply whose message
     * is outside of them. The message to answer is always included, whatever its size.
     */
    public record HistoryLimits(int messages, long bytes) {}
}
