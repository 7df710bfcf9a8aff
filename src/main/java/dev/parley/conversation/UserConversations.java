package dev.parley.conversation;

import dev.parley.database.Glance;
import dev.parley.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.ResultSet;
import java.util.List;
import java.util.Optional;

/** Reads the conversations of a user; nobody else's can be seen through it. */
@ApplicationScoped
public class UserConversations {

    private final Conversations conversations;
    private final Messages messages;

    UserConversations(Conversations conversations, Messages messages) {
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
     * @param before only those that were begun before this one
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
     * @param afterPosition only those that come after this place; 0 for the first
     * @throws ConversationNotFound where the user has no such conversation
     */
    @Transactional
    public List<StoredMessage> messages(
            UserId user, ConversationId id, int afterPosition, int most) {
        owned(user, id);
        return messages.after(id, afterPosition, most);
    }

    /** How many the user has. */
    public Glance.Part<Long> count(UserId user) {
        return new Glance.Part<>(
                "select count(*) from conversations where user_id = ?",
                List.of(user.value()),
                1,
                ResultSet::getLong);
    }

    private Conversation owned(UserId user, ConversationId id) {
        return conversations.of(user, id).orElseThrow(() -> new ConversationNotFound(id));
    }
}
