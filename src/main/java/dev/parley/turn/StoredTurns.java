package dev.parley.turn;

import dev.parley.agent.AgentType;
import dev.parley.agent.Toolbox;
import dev.parley.conversation.ConversationId;
import dev.parley.conversation.ConversationLog;
import dev.parley.conversation.ConversationLog.Placed;
import dev.parley.conversation.MessageId;
import dev.parley.conversation.Role;
import dev.parley.conversation.StoredMessage;
import dev.parley.quota.UserQuota;
import dev.parley.runner.ThisRunner;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Typed;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
    private final IdempotencyKeys keys;
    private final ThisRunner runner;
    private final TurnConfig config;
    private final Clock clock;

    TransactionalLedger(
            ConversationLog conversations,
            UserQuota quota,
            Turns turns,
            IdempotencyKeys keys,
            ThisRunner runner,
            TurnConfig config,
            Clock clock) {
        this.conversations = conversations;
        this.quota = quota;
        this.turns = turns;
        this.keys = keys;
        this.runner = runner;
        this.config = config;
        this.clock = clock;
    }

    @Override
    @Transactional
    public Opened open(NewTurn turn, Admission admission) {
        Instant now = clock.instant();
        turn.key().ifPresent(key -> keys.take(turn.user(), key, turn.id(), now));
        Placed placed = place(turn, now);
        AgentType agentType = turn.agentType().orElse(new AgentType(placed.agentType()));
        admission.admit(agentType);
        Fence fence = new Fence(turn.id(), runner.id(), 1);
        boolean queued =
                !claim(
                        fence,
                        turn,
                        new Turns.Place(placed.conversation(), agentType, placed.position()),
                        now);
        quota.charge(turn.user());
        conversations.write(
                placed, MessageId.next(), turn.id().value(), Role.USER, turn.message(), now);
        return new Opened(
                fence,
                turn.user(),
                placed.conversation(),
                agentType,
                now,
                queued,
                queued
                        ? List.of()
                        : conversations.latest(placed.conversation(), Opened.HISTORY, Set.of()),
                List.of());
    }

    /**
     * Claims the conversation, or a place in line where that is wanted.
     *
     * @return whether it was claimed
     */
    private boolean claim(Fence fence, NewTurn turn, Turns.Place place, Instant now) {
        if (turns.claim(fence, turn, place, now)) {
            return true;
        }
        if (turn.whenBusy() == WhenBusy.REJECT) {
            throw ConversationBusy.with(place.conversation());
        }
        if (!turns.queue(fence, turn, place, config.maxQueued(), now)) {
            throw ConversationBusy.fullLine(place.conversation(), config.maxQueued());
        }
        return false;
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

    /**
     * The turn as {@link #open} returned it, or would have, had its commit been heard of.
     *
     * @throws AskedBefore where it has gone on meanwhile, or ended: it is not to be started again
     */
    @Transactional
    public Optional<Opened> opened(NewTurn turn) {
        Optional<Turn> row = turns.of(turn.user(), turn.id());
        row.filter(found -> !isAsOpened(found))
                .ifPresent(found -> {
                    throw new AskedBefore(turn.id());
                });
        return row.map(found -> opened(found, List.of()));
    }

    private boolean isAsOpened(Turn turn) {
        boolean runsHere =
                turn.status.equals(TurnState.Running.CODE)
                        && runner.id().value().equals(turn.runnerId)
                        && turn.attempt == 1;
        return runsHere || turn.status.equals(TurnState.Queued.CODE);
    }

    @Override
    @Transactional
    public Settled settle(Opened turn, TurnState.Ending ending, Telling telling) {
        Instant now = clock.instant();
        @Nullable String reply =
                ending.keepsReply() && !telling.text().isBlank() ? telling.text() : null;
        @Nullable MessageId replyId = reply == null ? null : MessageId.next();
        Placed placed = conversations.ended(turn.user(), turn.conversation(), reply != null, now);
        boolean lineBehind =
                turns.end(
                                turn.fence(),
                                turn.conversation(),
                                ending,
                                telling,
                                replyId,
                                placed.version(),
                                now)
                        .orElseThrow(AlreadyEnded::new);
        if (reply != null && replyId != null) {
            conversations.write(placed, replyId, turn.id().value(), Role.ASSISTANT, reply, now);
        }
        TurnRecord record =
                new TurnRecord(
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
        return new Settled(record, true, lineBehind);
    }

    @Override
    @Transactional
    public Optional<Opened> startNext(ConversationId conversation) {
        conversations.hold(conversation);
        if (turns.atWork(conversation).isPresent()) {
            return Optional.empty();
        }
        Optional<Turn> first = turns.firstInLine(conversation);
        if (first.isEmpty() || !turns.promote(new TurnId(first.get().id), runner.id())) {
            return Optional.empty();
        }
        return Optional.of(opened(first.get(), List.of()).startedWith(history(conversation)));
    }

    /** The turn that the last {@link #startNext} started, had its commit been heard of. */
    @Transactional
    public Optional<Opened> started(ConversationId conversation) {
        return turns.atWork(conversation)
                .filter(turn -> runner.id().value().equals(turn.runnerId))
                .map(turn -> opened(turn, List.of()));
    }

    Opened opened(Turn row, List<Toolbox.Use> recorded) {
        TurnRecord stored = row.record(Optional.empty());
        boolean queued = stored.status().equals(TurnState.Queued.CODE);
        return new Opened(
                new Fence(stored.id(), runner.id(), row.attempt),
                row.user(),
                stored.conversation(),
                stored.agentType(),
                stored.startedAt(),
                queued,
                queued ? List.of() : history(stored.conversation()),
                recorded);
    }

    private List<StoredMessage> history(ConversationId conversation) {
        return conversations.latest(conversation, Opened.HISTORY, turns.inLine(conversation));
    }

    /** Somebody has settled the turn before, or runs it now; this transaction is undone. */
    static final class AlreadyEnded extends RuntimeException {

        AlreadyEnded() {
            super("already ended", null, false, false);
        }
    }
}
