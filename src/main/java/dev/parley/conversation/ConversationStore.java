package dev.parley.conversation;

import dev.parley.platform.identity.UserId;
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
import org.jspecify.annotations.Nullable;

/**
 * Writes conversations down as a part of the transactions that open and settle turns, for many
 * turns at once.
 *
 * <p>A message comes in two moves, since its turn's row has to stand between them: first its
 * conversation is held or begun, then the message is put there. Rows are locked in the order of
 * their ids by all who lock many.
 */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class ConversationStore {

    private final ConversationRepository conversations;
    private final MessageRepository messages;

    ConversationStore(ConversationRepository conversations, MessageRepository messages) {
        this.conversations = conversations;
        this.messages = messages;
    }

    /**
     * Holds the users' conversations until the transaction ends, to go on with them.
     *
     * @param patience whether to wait for conversations that others have locked, or to skip them
     * @return the conversations that are locked now, by id; only the users' own
     */
    public Map<ConversationId, LockedConversation> lock(
            List<ConversationRef> conversationRefs, LockWait patience) {
        return conversationRefs.isEmpty()
                ? Map.of()
                : conversations.lock(conversationRefs, patience);
    }

    /** Which of the users' conversations there are, locked or not. */
    public Set<ConversationId> existing(List<ConversationRef> conversationRefs) {
        return conversationRefs.isEmpty() ? Set.of() : conversations.existing(conversationRefs);
    }

    /** Begins conversations, each titled from its first message, which has yet to be put there. */
    public void create(List<NewConversation> newConversations, LockWait patience, Instant now) {
        if (!newConversations.isEmpty()) {
            conversations.create(newConversations, patience, now);
        }
    }

    /** Takes back what this transaction has begun. */
    public void delete(List<ConversationId> begun) {
        if (!begun.isEmpty()) {
            conversations.delete(begun);
        }
    }

    /**
     * Puts users' messages in their places, and reads what was said before them.
     *
     * @param limits of a history, the message itself counted
     * @return the history of each turn that wants one, oldest first, the message last
     */
    public Map<UUID, List<HistoryMessage>> appendUserMessages(
            List<UserMessage> userMessages, HistoryLimits limits, Instant now) {
        return userMessages.isEmpty()
                ? Map.of()
                : messages.appendUserMessages(userMessages, limits, now);
    }

    /** Raises the versions of conversations in which a turn has ended, and writes the replies. */
    public void appendReplies(List<TurnReply> turnReplies, Instant now) {
        if (!turnReplies.isEmpty()) {
            messages.appendReplies(turnReplies, now);
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

    /** Holds the conversation's row until the transaction ends. */
    public void lock(ConversationId id) {
        conversations.lock(id);
    }

    /** Raises the version of each by one, since a turn without a reply has ended in it. */
    public Map<ConversationId, Long> incrementVersions(
            Collection<ConversationId> ids, Instant now) {
        return conversations.incrementVersions(ids, now);
    }

    /**
     * The history of a turn whose message has long been there, as {@link #appendUserMessages} reads
     * it: the message itself comes last, and what others have asked for behind it is not to be seen
     * yet.
     */
    public List<HistoryMessage> historyOf(UUID turnId, HistoryLimits limits) {
        return messages.historyOf(turnId, limits);
    }

    /** Those of the messages that there are, by id. */
    public Map<MessageId, StoredMessage> messages(Collection<MessageId> ids) {
        return ids.isEmpty() ? Map.of() : messages.among(ids);
    }

    public Optional<StoredMessage> message(MessageId id) {
        return messages.withId(id);
    }

    /** What to do about what somebody else holds. */
    public enum LockWait {
        WAIT,
        /** And for whatever else is held later in the transaction, wait only briefly. */
        SKIP_LOCKED
    }

    /** A conversation that a user wants to go on with. */
    public record ConversationRef(ConversationId id, UserId user) {}

    /**
     * A conversation that is held.
     *
     * @param agentType the agent that it was begun with
     * @param messages how many it has; the place of the last
     */
    public record LockedConversation(
            ConversationId id, String agentType, int messages, long version) {}

    /** A conversation to begin. */
    public record NewConversation(
            ConversationId id, UserId user, String firstMessage, String agentType) {}

    /**
     * A user's message.
     *
     * @param position its place, from 1; the conversation's last from now on
     * @param wantsHistory whether its turn runs now
     */
    public record UserMessage(
            ConversationId conversation,
            MessageId id,
            UUID turnId,
            int position,
            String content,
            boolean wantsHistory) {}

    /**
     * What has ended in a conversation.
     *
     * @param version the conversation's from now on
     * @param messages how many it has from now on, the reply counted
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
     * How much of a conversation is read: the latest messages, as long as both limits hold. The
     * message to answer is among them whatever its size.
     */
    public record HistoryLimits(int messages, long bytes) {}
}
