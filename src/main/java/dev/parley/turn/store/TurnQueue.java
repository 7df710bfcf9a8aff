package dev.parley.turn.store;

import dev.parley.agent.AgentType;
import dev.parley.conversation.ConversationId;
import dev.parley.conversation.ConversationNotFound;
import dev.parley.conversation.ConversationStore;
import dev.parley.conversation.ConversationStore.ConversationRef;
import dev.parley.platform.database.sql.LockWait;
import dev.parley.platform.identity.UserId;
import dev.parley.quota.BudgetService;
import dev.parley.quota.QuotaService;
import dev.parley.turn.FailureCode;
import dev.parley.turn.QueuedTurn;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnNotFound;
import dev.parley.turn.TurnNotQueued;
import dev.parley.turn.TurnStatus;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The queued turns of a conversation, and their changes. Each call is one transaction; {@link
 * RetryingTurnStore} repeats a change if a connection breaks.
 *
 * <p>A change locks the conversation's row, as {@link TurnStore#startNext} does: a turn is changed
 * before it starts, or the change is refused.
 */
@ApplicationScoped
@Transactional
public class TurnQueue {

    private static final String REMOVED =
            "The turn was removed from the queue before it started; its message is gone.";

    private final ConversationStore conversations;
    private final TurnRepository turns;
    private final QuotaService quota;
    private final BudgetService budgets;
    private final Clock clock;

    TurnQueue(
            ConversationStore conversations,
            TurnRepository turns,
            QuotaService quota,
            BudgetService budgets,
            Clock clock) {
        this.conversations = conversations;
        this.turns = turns;
        this.quota = quota;
        this.budgets = budgets;
        this.clock = clock;
    }

    /**
     * The queued turns, in the order in which they will run.
     *
     * @throws ConversationNotFound if the user has no such conversation
     */
    public List<QueuedTurn> list(UserId user, ConversationId conversation) {
        if (conversations.existing(List.of(new ConversationRef(conversation, user))).isEmpty()) {
            throw new ConversationNotFound(conversation);
        }
        return turns.queued(conversation);
    }

    /**
     * Removes a queued turn: it never runs, its message is deleted and its queries are given back.
     * A turn that was removed before does not change.
     *
     * @throws ConversationNotFound if the user has no such conversation
     * @throws TurnNotFound if the conversation has no such turn
     * @throws TurnNotQueued if the turn has started or ended
     */
    void remove(UserId user, ConversationId conversation, TurnId id) {
        Turn turn = lock(user, conversation, id);
        if (isRemoved(turn)) {
            return;
        }
        requireQueued(turn);
        end(turn, FailureCode.TURN_REMOVED, REMOVED);
        conversations.removeUserMessage(turn.id);
    }

    /**
     * Replaces the message of a queued turn.
     *
     * @throws ConversationNotFound if the user has no such conversation
     * @throws TurnNotFound if the conversation has no such turn
     * @throws TurnNotQueued if the turn has started or ended
     */
    QueuedTurn edit(UserId user, ConversationId conversation, TurnId id, String message) {
        Turn turn = lock(user, conversation, id);
        requireQueued(turn);
        return edit(turn, message);
    }

    /**
     * The same for a caller that does not know whether the commit succeeded: a turn that has left
     * the queue was edited before, if it has this message.
     */
    QueuedTurn editAgain(UserId user, ConversationId conversation, TurnId id, String message) {
        Turn turn = lock(user, conversation, id);
        if (turn.status != TurnStatus.QUEUED
                && conversations.userMessage(turn.id).equals(Optional.of(message))) {
            return new QueuedTurn(id, new AgentType(turn.agentType), message, turn.startedAt, 0);
        }
        requireQueued(turn);
        return edit(turn, message);
    }

    private QueuedTurn edit(Turn turn, String message) {
        conversations.editUserMessage(turn.id, message);
        return turns.queued(new ConversationId(turn.conversationId)).stream()
                .filter(queued -> queued.id().value().equals(turn.id))
                .findFirst()
                .orElseThrow();
    }

    /**
     * Ends a queued turn, and gives its queries back. The caller has locked the conversation's row
     * and read the turn after that.
     *
     * @param code why the turn did not run
     */
    void end(Turn queued, FailureCode code, String detail) {
        Instant now = clock.instant();
        ConversationId conversation = new ConversationId(queued.conversationId);
        long version =
                conversations
                        .incrementVersions(List.of(conversation), now)
                        .getOrDefault(conversation, 0L);
        if (turns.endQueued(new TurnId(queued.id), version, code, detail, now)) {
            quota.refund(queued.user(), queued.id, queued.startedAt);
            budgets.settle(List.of(), List.of(queued.id));
        }
    }

    private Turn lock(UserId user, ConversationId conversation, TurnId id) {
        ConversationRef ref = new ConversationRef(conversation, user);
        if (!conversations.lock(List.of(ref), LockWait.WAIT).containsKey(ref)) {
            throw new ConversationNotFound(conversation);
        }
        return turns.of(user, id)
                .filter(turn -> turn.conversationId.equals(conversation.value()))
                .orElseThrow(() -> new TurnNotFound(id));
    }

    private static void requireQueued(Turn turn) {
        TurnId id = new TurnId(turn.id);
        if (isRemoved(turn)) {
            throw TurnNotQueued.removed(id);
        }
        if (turn.status != TurnStatus.QUEUED) {
            throw TurnNotQueued.because(id, turn.status);
        }
    }

    private static boolean isRemoved(Turn turn) {
        return FailureCode.TURN_REMOVED.code().equals(turn.errorCode);
    }
}
