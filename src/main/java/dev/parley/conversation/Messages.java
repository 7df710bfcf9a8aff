package dev.parley.conversation;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Sort;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** All messages of all conversations. */
@ApplicationScoped
class Messages implements PanacheRepositoryBase<Message, UUID> {

    void append(ConversationId conversation, StoredMessage message) {
        persist(new Message(conversation, message));
    }

    /** The latest messages, oldest first, without those of some turns. */
    List<StoredMessage> latest(ConversationId conversation, int most, Set<UUID> without) {
        Sort order = Sort.descending("position");
        List<Message> newestFirst =
                (without.isEmpty()
                                ? find("conversationId = ?1", order, conversation.value())
                                : find(
                                        "conversationId = ?1 and turnId not in ?2",
                                        order,
                                        conversation.value(),
                                        without))
                        .page(0, most)
                        .list();
        return newestFirst.reversed().stream().map(Message::stored).toList();
    }

    List<StoredMessage> after(ConversationId conversation, int position, int most) {
        return find(
                        "conversationId = ?1 and position > ?2",
                        Sort.ascending("position"),
                        conversation.value(),
                        position)
                .page(0, most)
                .stream()
                .map(Message::stored)
                .toList();
    }

    Optional<StoredMessage> withId(MessageId id) {
        return findByIdOptional(id.value()).map(Message::stored);
    }
}
