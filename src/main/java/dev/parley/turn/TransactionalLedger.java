package dev.parley.turn;

import dev.parley.agent.AgentType;
import dev.parley.conversation.ConversationLog;
import dev.parley.conversation.ConversationLog.Placed;
import dev.parley.conversation.MessageId;
import dev.parley.conversation.Role;
import dev.parley.quota.UserQuota;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Typed;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The ledger in PostgreSQL, each move one transaction, whatever becomes of it told at once. {@link
 * PatientLedger} stands before it.
 *
 * <p>Rows are locked in the same order everywhere: the conversation, its turn, the user's quota.
 */
@ApplicationScoped
@Typed(TransactionalLedger.class)
class TransactionalLedger implements Ledger {

    private final ConversationLog conversations;
    private final UserQuota quota;
    private final Turns turns;
    private final Clock clock;

    TransactionalLedger(ConversationLog conversations, UserQuota quota, Turns turns, Clock clock) {
        this.conversations = conversations;
        this.quota = quota;
        this.turns = turns;
        this.clock = clock;
    }

    @Override
    @Transactional
    public Opened open(NewTurn turn, Admission admission) {
        Instant now = clock.instant();
        Placed placed = place(turn, now);
        AgentType agentType = turn.agentType().orElse(new AgentType(placed.agentType()));
        admission.admit(agentType);
        if (!turns.claim(turn.id(), turn.user(), placed.conversation(), agentType, now)) {
            throw new ConversationBusy(placed.conversation());
        }
        quota.charge(turn.user());
        conversations.write(
                placed, MessageId.next(), turn.id().value(), Role.USER, turn.message(), now);
        return new Opened(
                turn.id(),
                turn.user(),
                placed.conversation(),
                agentType,
                now,
                conversations.latest(placed.conversation(), Opened.HISTORY));
    }

    private Placed place(NewTurn turn, Instant now) {
        return turn.conversation()
                .map(known -> conversations.proceed(turn.user(), known, now))
                .orElseGet(() ->
                        conversations.begin(
                                turn.user(),
                                turn.message(),
                                turn.agentType().orElse(AgentType.ASSISTANT).value(),
                                now));
    }

    /** The turn as {@link #open} returned it, or would have, had its commit been heard of. */
    @Transactional
    public Optional<Opened> opened(NewTurn turn) {
        return turns.of(turn.user(), turn.id())
                .map(row -> {
                    TurnRecord stored = row.record(Optional.empty());
                    return new Opened(
                            turn.id(),
                            turn.user(),
                            stored.conversation(),
                            stored.agentType(),
                            stored.startedAt(),
                            conversations.latest(stored.conversation(), Opened.HISTORY));
                });
    }

    @Override
    @Transactional
    public TurnRecord settle(Opened turn, TurnState.Ending ending) {
        Instant now = clock.instant();
        @Nullable String reply =
                ending instanceof TurnState.Succeeded answered ? answered.reply() : null;
        @Nullable MessageId replyId = reply == null ? null : MessageId.next();
        Placed placed = conversations.ended(turn.user(), turn.conversation(), reply != null, now);
        if (!turns.end(turn.id(), ending, replyId, placed.version(), now)) {
            throw new AlreadyEnded();
        }
        if (reply != null && replyId != null) {
            conversations.write(placed, replyId, turn.id().value(), Role.ASSISTANT, reply, now);
        }
        return new TurnRecord(
                turn.id(),
                turn.conversation(),
                turn.agentType(),
                ending.code(),
                Optional.ofNullable(replyId)
                        .map(id -> new TurnRecord.Reply(id, String.valueOf(reply))),
                Optional.of(placed.version()),
                ending.usage(),
                turn.startedAt(),
                Optional.of(now),
                ending instanceof TurnState.Unanswered unanswered
                        ? Optional.of(
                                new TurnRecord.Reason(
                                        unanswered.failure().code(), unanswered.detail()))
                        : Optional.empty());
    }

    /** Somebody has settled the turn before; this transaction is undone. */
    static final class AlreadyEnded extends RuntimeException {

        AlreadyEnded() {
            super("already ended", null, false, false);
        }
    }
}
