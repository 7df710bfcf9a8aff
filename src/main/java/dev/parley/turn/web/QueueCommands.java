package dev.parley.turn.web;

import dev.parley.conversation.ConversationId;
import dev.parley.conversation.ConversationNotFound;
import dev.parley.platform.identity.UserId;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnNotFound;
import dev.parley.turn.TurnNotQueued;
import dev.parley.turn.store.RetryingTurnStore;
import dev.parley.turn.store.TurnQueue;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Validator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Lists and changes the queued turns of a conversation, the same in HTTP and over WebSockets. */
@ApplicationScoped
public class QueueCommands {

    private final TurnQueue queue;
    private final RetryingTurnStore store;
    private final Validator validator;

    QueueCommands(TurnQueue queue, RetryingTurnStore store, Validator validator) {
        this.queue = queue;
        this.store = store;
        this.validator = validator;
    }

    /**
     * The queued turns, in the order in which they will run.
     *
     * @throws ConversationNotFound if the user has no such conversation
     */
    public List<QueuedTurnView> list(UserId user, UUID conversation) {
        return queue.list(user, new ConversationId(conversation)).stream()
                .map(QueuedTurnView::of)
                .toList();
    }

    /**
     * Removes a queued turn; see {@link TurnQueue}.
     *
     * @throws ConversationNotFound if the user has no such conversation
     * @throws TurnNotFound if the conversation has no such turn
     * @throws TurnNotQueued if the turn has started or ended
     */
    public void remove(UserId user, UUID conversation, UUID turn) {
        store.removeQueued(user, new ConversationId(conversation), new TurnId(turn));
    }

    /**
     * Replaces the message of a queued turn. Every message to an agent has the constraints of
     * {@link ChatRequest#message()}.
     *
     * @throws ConstraintViolationException if the message could not be sent
     * @throws ConversationNotFound if the user has no such conversation
     * @throws TurnNotFound if the conversation has no such turn
     * @throws TurnNotQueued if the turn has started or ended
     */
    public QueuedTurnView edit(
            UserId user, UUID conversation, UUID turn, @Nullable String message) {
        return QueuedTurnView.of(
                store.editQueued(
                        user, new ConversationId(conversation), new TurnId(turn), valid(message)));
    }

    private String valid(@Nullable String message) {
        Set<ConstraintViolation<ChatRequest>> violations =
                validator.validateValue(ChatRequest.class, "message", message);
        if (message == null || !violations.isEmpty()) {
            throw new ConstraintViolationException(violations);
        }
        return message;
    }
}
