package dev.parley.conversation;

import dev.parley.conversation.ConversationStore.ConversationRef;
import dev.parley.conversation.ConversationStore.LockWait;
import dev.parley.platform.database.sql.CombinedQuery;
import dev.parley.platform.identity.UserId;
import io.quarkus.arc.All;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.ResultSet;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A user's conversations; nobody else's can be reached through it. */
@ApplicationScoped
public class ConversationService {

    private final ConversationRepository conversations;
    private final MessageRepository messages;
    private final List<ConversationInUse> occupied;
    private final Clock clock;

    ConversationService(
            ConversationRepository conversations,
            MessageRepository messages,
            @All List<ConversationInUse> occupied,
            Clock clock) {
        this.occupied = occupied;
        this.clock = clock;
        this.conversations = conversations;
        this.messages = messages;
    }

    /**
     * @throws ConversationNotFound where the user has no such conversation
     */
    @Transactional
    public ConversationSummary read(UserId user, ConversationId id) {
        return owned(user, id).summary();
    }

    /**
     * The user's conversations, newest first.
     *
     * @param before only conversations that were begun before this one
     */
    @Transactional
    public List<ConversationSummary> list(UserId user, Optional<ConversationId> before, int most) {
        return conversations.of(user, before.orElse(null), most).stream()
                .map(Conversation::summary)
                .toList();
    }

    /**
     * A conversation's messages, oldest first.
     *
     * @param afterPosition only messages after this position; 0 for the first
     * @throws ConversationNotFound where the user has no such conversation
     */
    @Transactional
    public List<StoredMessage> messages(
            UserId user, ConversationId id, int afterPosition, int most) {
        owned(user, id);
        return messages.after(id, afterPosition, most);
    }

    /**
     * A conversation's messages, newest first.
     *
     * @param beforePosition only messages before this position
     * @throws ConversationNotFound where the user has no such conversation
     */
    @Transactional
    public List<StoredMessage> messagesBackwards(
            UserId user, ConversationId id, int beforePosition, int most) {
        owned(user, id);
        return messages.historyOf(id, beforePosition, most);
    }

    /**
     * The user's messages, and the replies to them, with those words in them, newest first.
     *
     * @param words as people type them into a search: quoted ones belong together, a minus excludes
     * @param before only messages that were written before this one
     */
    @Transactional
    public List<SearchHit> search(UserId user, String words, Optional<MessageId> before, int most) {
        return messages.search(user, words, before.orElse(MessageId.BEHIND_ALL), most);
    }

    /** Whether the message is an agent's reply to the user. */
    @Transactional
    public boolean isReplyTo(UserId user, MessageId id) {
        return messages.isReplyTo(user, id);
    }

    /**
     * Gives a conversation another title, and so another version.
     *
     * @param versions the versions that it may have now; empty allows any
     * @throws ConversationNotFound where the user has no such conversation
     * @throws VersionConflict where it has another version
     */
    @Transactional
    public ConversationSummary rename(
            UserId user, ConversationId id, String title, Set<Long> versions) {
        long version = held(user, id).version();
        if (!versions.isEmpty() && !versions.contains(version)) {
            throw new VersionConflict(version);
        }
        conversations.rename(id, title, clock.instant());
        return owned(user, id).summary();
    }

    /**
     * Deletes a conversation, with all that was said and done in it.
     *
     * @throws ConversationNotFound where the user has no such conversation
     * @throws RuntimeException where a turn runs or waits in it
     */
    @Transactional
    public void remove(UserId user, ConversationId id) {
        held(user, id);
        occupied.forEach(room -> room.requireNoActiveTurn(id));
        conversations.delete(List.of(id));
    }

    private ConversationStore.LockedConversation held(UserId user, ConversationId id) {
        return Optional.ofNullable(
                        conversations
                                .lock(List.of(new ConversationRef(id, user)), LockWait.WAIT)
                                .get(id))
                .orElseThrow(() -> new ConversationNotFound(id));
    }

    /** How many the user has. */
    public CombinedQuery.SubQuery<Long> count(UserId user) {
        return new CombinedQuery.SubQuery<>(
                "select count(*) from conversations where user_id = ?",
                List.of(user.value()),
                1,
                ResultSet::getLong);
    }

    private Conversation owned(UserId user, ConversationId id) {
        return conversations.of(user, id).orElseThrow(() -> new ConversationNotFound(id));
    }
}
