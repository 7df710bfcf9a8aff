package dev.parley.conversation;

import dev.parley.conversation.ConversationStore.ConversationRef;
import dev.parley.platform.database.sql.CombinedQuery;
import dev.parley.platform.database.sql.LockWait;
import dev.parley.platform.identity.UserId;
import dev.parley.platform.problem.LimitReached;
import io.quarkus.arc.All;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.ResultSet;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads, renames, pins and deletes a user's conversations. No method reaches another user's data.
 */
@ApplicationScoped
public class ConversationService {

    /** One page of a list has all pinned conversations of an account. */
    private static final int MAX_PINNED = 100;

    private static final int MAX_DELETED_AT_ONCE = 1_000;

    private final ConversationRepository conversations;
    private final MessageRepository messages;
    private final SummaryStore summaries;
    private final List<ConversationInUse> inUseChecks;
    private final Clock clock;

    ConversationService(
            ConversationRepository conversations,
            MessageRepository messages,
            SummaryStore summaries,
            @All List<ConversationInUse> inUseChecks,
            Clock clock) {
        this.inUseChecks = inUseChecks;
        this.clock = clock;
        this.conversations = conversations;
        this.messages = messages;
        this.summaries = summaries;
    }

    /**
     * @throws ConversationNotFound if the user has no such conversation
     */
    @Transactional
    public ConversationDetails read(UserId user, ConversationId id) {
        return readOwned(user, id).details();
    }

    /**
     * The user's conversations, newest first.
     *
     * @param pinned true for pinned conversations, false for the others; empty for all
     * @param before only conversations that were created before this conversation
     */
    @Transactional
    public List<ConversationDetails> list(
            UserId user, Optional<Boolean> pinned, Optional<ConversationId> before, int limit) {
        return conversations.findByUser(user, pinned, before, limit).stream()
                .map(Conversation::details)
                .toList();
    }

    /**
     * A conversation's messages, oldest first.
     *
     * @param afterPosition only messages after this position; 0 starts with the first message
     * @throws ConversationNotFound if the user has no such conversation
     */
    @Transactional
    public List<StoredMessage> messages(
            UserId user, ConversationId id, int afterPosition, int limit) {
        readOwned(user, id);
        return messages.findAfter(id, afterPosition, limit);
    }

    /**
     * A conversation's messages, newest first.
     *
     * @param beforePosition only messages before this position
     * @throws ConversationNotFound if the user has no such conversation
     */
    @Transactional
    public List<StoredMessage> messagesBackwards(
            UserId user, ConversationId id, int beforePosition, int limit) {
        readOwned(user, id);
        return messages.findBefore(id, beforePosition, limit);
    }

    /**
     * The user's messages, and the replies to the user, that match the words; newest first.
     *
     * @param words in web search syntax: quotes enclose a phrase, a minus excludes a word
     * @param before only messages that were created before this message
     */
    @Transactional
    public List<SearchHit> search(
            UserId user, String words, Optional<MessageId> before, int limit) {
        return messages.search(user, words, before.orElse(MessageId.AFTER_ALL), limit);
    }

    /** Whether the message is an agent's reply to the user. */
    @Transactional
    public boolean isReplyTo(UserId user, MessageId id) {
        return messages.isReplyTo(user, id);
    }

    /**
     * Changes the title of a conversation and increments its version.
     *
     * @param versions the current version must be one of these versions; empty allows any version
     * @throws ConversationNotFound if the user has no such conversation
     * @throws VersionConflict if the conversation has another version
     */
    @Transactional
    public ConversationDetails rename(
            UserId user, ConversationId id, String title, Set<Long> versions) {
        long version = lockOwned(user, id).version();
        if (!versions.isEmpty() && !versions.contains(version)) {
            throw new VersionConflict(version);
        }
        conversations.rename(id, title, clock.instant());
        return readOwned(user, id).details();
    }

    /**
     * Pins a conversation. A conversation that is pinned already keeps its time.
     *
     * <p>A pin says what the user wants at hand, and changes nothing in the conversation: its
     * version and the time of its last change stay. So no rename fails because of a pin, and no
     * turn that runs notices it.
     *
     * @throws ConversationNotFound if the user has no such conversation
     * @throws LimitReached if the user has {@value #MAX_PINNED} other pinned conversations
     */
    @Transactional
    public void pin(UserId user, ConversationId id) {
        // Of two requests to pin the same conversation, the second finds it pinned
        lockOwned(user, id);
        if (readOwned(user, id).pinnedAt != null) {
            return;
        }
        if (!conversations.hasFewerPinned(user, MAX_PINNED)) {
            throw new LimitReached(
                    "pinned conversations", MAX_PINNED, "Unpin some before you pin more.");
        }
        conversations.pin(id, clock.instant());
    }

    /**
     * Unpins a conversation, if it is pinned. Its version and the time of its last change stay, as
     * by {@link #pin}.
     *
     * @throws ConversationNotFound if the user has no such conversation
     */
    @Transactional
    public void unpin(UserId user, ConversationId id) {
        if (!conversations.unpin(user, id)) {
            throw new ConversationNotFound(id);
        }
    }

    /**
     * Deletes a conversation with its messages, turns and tool steps.
     *
     * <p>When this method returns, nobody finds the conversation, its messages or its turns any
     * more, whatever happens to this process. The rows of a conversation with more than {@value
     * #MAX_DELETED_AT_ONCE} messages are deleted afterwards by {@link ConversationPurgeJob}, since
     * one statement could not delete them within its time limit. Until then an export of the user
     * still has the turns, without their messages.
     *
     * @throws ConversationNotFound if the user has no such conversation
     * @throws RuntimeException if a turn of the conversation runs or waits
     */
    @Transactional
    public void remove(UserId user, ConversationId id) {
        int messageCount = lockOwned(user, id).messages();
        inUseChecks.forEach(check -> check.requireNoActiveTurn(id));
        if (messageCount > MAX_DELETED_AT_ONCE) {
            conversations.release(id);
            summaries.remove(id);
        } else {
            conversations.delete(List.of(id));
        }
    }

    private ConversationStore.LockedConversation lockOwned(UserId user, ConversationId id) {
        return conversations
                .locking(List.of(new ConversationRef(id, user)), LockWait.WAIT)
                .rows()
                .stream()
                .findAny()
                .orElseThrow(() -> new ConversationNotFound(id));
    }

    /** The number of the user's conversations. */
    public CombinedQuery.SubQuery<Long> count(UserId user) {
        return new CombinedQuery.SubQuery<>(
                "select count(*) from conversations where user_id = ?",
                List.of(user.value()),
                1,
                ResultSet::getLong);
    }

    private Conversation readOwned(UserId user, ConversationId id) {
        return conversations.findOwned(user, id).orElseThrow(() -> new ConversationNotFound(id));
    }
}
