package dev.parley.turn.store;

import dev.parley.conversation.ConversationId;
import dev.parley.conversation.ConversationStore;
import dev.parley.conversation.ConversationStore.ConversationRef;
import dev.parley.conversation.ConversationStore.LockedConversation;
import dev.parley.conversation.ConversationStore.Reply;
import dev.parley.conversation.ConversationStore.TurnReply;
import dev.parley.conversation.MessageId;
import dev.parley.platform.cluster.RunnerId;
import dev.parley.platform.database.sql.LockWait;
import dev.parley.platform.identity.UserId;
import dev.parley.turn.FailureCode;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnNotFound;
import dev.parley.turn.TurnOutcome;
import dev.parley.turn.TurnStatus;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Records cancellation requests for running turns, and cancels queued and waiting turns at once.
 */
@ApplicationScoped
public class CancellationStore {

    private final TurnRepository turns;
    private final TurnQueue queue;
    private final ConversationStore conversations;
    private final ApprovalRepository approvals;
    private final ExchangeRepository exchanges;
    private final UsageRepository usage;
    private final Event<TurnReleased> released;
    private final Clock clock;

    CancellationStore(
            TurnRepository turns,
            TurnQueue queue,
            ConversationStore conversations,
            ApprovalRepository approvals,
            ExchangeRepository exchanges,
            UsageRepository usage,
            Event<TurnReleased> released,
            Clock clock) {
        this.turns = turns;
        this.queue = queue;
        this.conversations = conversations;
        this.approvals = approvals;
        this.exchanges = exchanges;
        this.usage = usage;
        this.released = released;
        this.clock = clock;
    }

    /**
     * Cancels a queued or waiting turn, or requests the cancellation of a running turn.
     *
     * @return the turn, if it runs and its runner must be asked to stop it; empty otherwise
     * @throws TurnNotFound if the user has no such turn
     */
    @Transactional
    public List<ActiveTurn> request(UserId user, TurnId id) {
        Turn turn = turns.of(user, id).orElseThrow(() -> new TurnNotFound(id));
        boolean isCancelled =
                switch (turn.status) {
                    case QUEUED -> cancelIfQueued(turn);
                    case WAITING -> cancelIfWaiting(turn);
                    default -> false;
                };
        return isCancelled ? List.of() : requestCancellation(id);
    }

    /**
     * Requests the cancellation of the turn that runs before a queued turn. Does nothing if the
     * given turn is no longer queued: then the running turn is the given turn itself, or a later
     * turn. The conversation's row is locked, so that the given turn stays queued meanwhile.
     *
     * @return the running turn, if its runner must be asked to stop it; empty otherwise
     */
    @Transactional
    public List<ActiveTurn> requestBefore(TurnId queued, ConversationId conversation) {
        conversations.lock(conversation);
        boolean isQueued =
                turns.findByIdOptional(queued.value())
                        .filter(turn -> turn.status == TurnStatus.QUEUED)
                        .isPresent();
        return isQueued
                ? turns.findActive(conversation)
                        .filter(turn -> turn.status != TurnStatus.WAITING || !cancelIfWaiting(turn))
                        .map(turn -> requestCancellation(new TurnId(turn.id)))
                        .orElse(List.of())
                : List.of();
    }

    private List<ActiveTurn> requestCancellation(TurnId id) {
        turns.requestCancellation(id, clock.instant());
        turns.getEntityManager().clear();
        return turns.findByIdOptional(id.value())
                .filter(turn -> turn.status == TurnStatus.RUNNING)
                .map(turn ->
                        List.of(
                                new ActiveTurn(
                                        id, Optional.ofNullable(turn.runnerId).map(RunnerId::new))))
                .orElse(List.of());
    }

    /**
     * Locks the conversation's row first, so that the turn cannot start to run meanwhile. The
     * message stays; the queries are given back.
     */
    private boolean cancelIfQueued(Turn turn) {
        conversations.lock(new ConversationId(turn.conversationId));
        turns.getEntityManager().clear();
        Optional<Turn> stillQueued =
                turns.findByIdOptional(turn.id).filter(row -> row.status == TurnStatus.QUEUED);
        stillQueued.ifPresent(
                row -> queue.end(row, FailureCode.TURN_CANCELLED, TurnOutcome.Cancelled.DETAIL));
        return stillQueued.isPresent();
    }

    /**
     * Cancels a turn that waits for a person, with the text that its agent has written as the
     * reply. Locks the conversation's row first, as each ending does.
     */
    private boolean cancelIfWaiting(Turn turn) {
        Instant now = clock.instant();
        TurnId id = new TurnId(turn.id);
        ConversationRef conversation =
                new ConversationRef(new ConversationId(turn.conversationId), turn.user());
        LockedConversation locked =
                conversations.lock(List.of(conversation), LockWait.WAIT).get(conversation);
        turns.getEntityManager().clear();
        Optional<Turn> waiting =
                turns.findByIdOptional(turn.id).filter(row -> row.status == TurnStatus.WAITING);
        if (locked == null || waiting.isEmpty()) {
            return false;
        }
        TurnReply reply = reply(waiting.get(), locked);
        boolean isCancelled =
                turns.cancelWaiting(
                        id,
                        reply.version(),
                        reply.reply() == null ? null : reply.reply().id().value(),
                        now);
        if (!isCancelled) {
            return false;
        }
        conversations.appendReplies(List.of(reply), now);
        approvals.cancel(List.of(id), now);
        usage.settleStored(List.of(id));
        exchanges.deleteEnded(List.of(id));
        released.fire(new TurnReleased(conversation.id()));
        return true;
    }

    private static TurnReply reply(Turn turn, LockedConversation conversation) {
        String text = turn.partial == null ? "" : turn.partial;
        return new TurnReply(
                conversation.id(),
                turn.id,
                SettleCommand.version(conversation),
                conversation.messages() + (text.isBlank() ? 0 : 1),
                text.isBlank() ? null : new Reply(MessageId.next(), text));
    }

    /**
     * A waiting turn was cancelled: once this transaction is committed, the next queued turn of the
     * conversation can start.
     */
    public record TurnReleased(ConversationId conversation) {}

    /** A running turn, and the runner that runs it. */
    public record ActiveTurn(TurnId id, Optional<RunnerId> runner) {}
}
