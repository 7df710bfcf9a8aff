package dev.parley.conversation;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;

/** Conversations that were taken from their users and are to be deleted; each call commits. */
@ApplicationScoped
class ReleasedConversations {

    private final ConversationRepository conversations;
    private final MessageRepository messages;

    ReleasedConversations(ConversationRepository conversations, MessageRepository messages) {
        this.conversations = conversations;
        this.messages = messages;
    }

    @Transactional
    List<ConversationId> find(int limit) {
        return conversations.findReleased(limit);
    }

    @Transactional
    int deleteMessages(ConversationId id, int max) {
        return messages.deleteBatch(id, max);
    }

    @Transactional
    void delete(ConversationId id) {
        conversations.delete(List.of(id));
    }
}
