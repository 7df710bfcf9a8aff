package dev.parley.turn.store;

import dev.parley.agent.AgentType;
import dev.parley.agent.Usage;
import dev.parley.agent.UserContext;
import dev.parley.conversation.ConversationId;
import dev.parley.conversation.ConversationStore;
import dev.parley.conversation.History;
import dev.parley.platform.cluster.RunnerLease;
import dev.parley.platform.identity.UserId;
import dev.parley.profile.ProfileService;
import dev.parley.quota.BudgetService;
import dev.parley.quota.Reservation;
import dev.parley.turn.TurnConfig;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnRecord;
import dev.parley.turn.TurnRequest;
import dev.parley.turn.TurnStatus;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Reads opened turns back, and starts queued turns. Each call is one transaction; {@link
 * RetryingTurnStore} repeats the call if a connection breaks.
 */
@ApplicationScoped
public class TurnStore {

    private final ConversationStore conversations;
    private final ProfileService profiles;
    private final TurnRepository turns;
    private final RunnerLease runner;
    private final BudgetService budgets;
    private final TurnConfig config;

    TurnStore(
            ConversationStore conversations,
            ProfileService profiles,
            TurnRepository turns,
            RunnerLease runner,
            BudgetService budgets,
            TurnConfig config) {
        this.conversations = conversations;
        this.profiles = profiles;
        this.turns = turns;
        this.runner = runner;
        this.budgets = budgets;
        this.config = config;
    }

    /**
     * The result of opening a turn, for a caller that does not know whether the commit succeeded. A
     * turn that has moved on or ended meanwhile must not be started again, so the result is {@link
     * Replayed}.
     *
     * @return empty if the turn was not opened
     */
    @Transactional
    public Optional<OpenResult> opened(TurnRequest turn) {
        return turns.of(turn.user(), turn.id())
                .map(row -> isAsOpened(row) ? opened(row, Exchange.NONE) : new Replayed(turn.id()));
    }

    private boolean isAsOpened(Turn turn) {
        boolean runsHere =
                turn.status == TurnStatus.RUNNING
                        && runner.id().value().equals(turn.runnerId)
                        && turn.attempt == 1;
        return runsHere || turn.status == TurnStatus.QUEUED;
    }

    /** Starts the first queued turn on this runner, if no turn runs in the conversation. */
    @Transactional
    public Optional<TurnContext> startNext(ConversationId conversation) {
        conversations.lock(conversation);
        if (turns.findActive(conversation).isPresent()) {
            return Optional.empty();
        }
        Optional<Turn> first = turns.findFirstQueued(conversation);
        if (first.isEmpty() || !turns.startQueued(new TurnId(first.get().id), runner.id())) {
            return Optional.empty();
        }
        return Optional.of(
                opened(first.get(), Exchange.NONE)
                        .startedWith(userContext(first.get()), history(first.get())));
    }

    /**
     * The turn that the last {@link #startNext} started, for a caller that does not know whether
     * the commit succeeded.
     */
    @Transactional
    public Optional<TurnContext> started(ConversationId conversation) {
        return turns.findActive(conversation)
                .filter(turn -> runner.id().value().equals(turn.runnerId))
                .map(turn -> opened(turn, Exchange.NONE));
    }

    public TurnContext opened(Turn row, Exchange exchange) {
        TurnRecord stored = row.record(Optional.empty());
        boolean queued = stored.status() == TurnStatus.QUEUED;
        return new TurnContext(
                new FencingToken(stored.id(), runner.id(), row.attempt),
                row.user(),
                stored.conversation(),
                stored.agentType(),
                stored.startedAt(),
                queued,
                queued ? UserContext.NONE : userContext(row),
                queued ? History.NONE : history(row),
                exchange.isEmpty() ? exchange : exchange.after(row.traceparent()),
                budgets.reservation(row.id));
    }

    private UserContext userContext(Turn turn) {
        return profiles.userContexts(List.of(turn.user()))
                .getOrDefault(turn.user(), UserContext.NONE);
    }

    private History history(Turn turn) {
        return conversations.historyOf(turn.id, config.historyLimits());
    }

    /** The result of opening a turn. */
    public sealed interface OpenResult {}

    /**
     * No turn was opened: the same request, with the same idempotency key, has opened a turn
     * before.
     *
     * @param turn the turn that was opened before
     */
    public record Replayed(TurnId turn) implements OpenResult {}

    /** The result of settling a turn. */
    public sealed interface SettleResult {}

    /**
     * The turn was ended by this call.
     *
     * @param record the turn after its end
     * @param hasQueuedTurn whether other turns are queued in the conversation
     */
    public record Settled(TurnRecord record, boolean hasQueuedTurn) implements SettleResult {}

    /** The turn was not changed: it was settled before, or another runner runs it now. */
    public record AlreadyEnded() implements SettleResult {}

    /**
     * An opened turn, with the data that its agent needs.
     *
     * @param queued whether the turn is queued; a queued turn has no history yet
     * @param userContext what the agent gets to know about the user; empty for a queued turn
     * @param history the latest messages, and the summary of those before
     * @param exchange what the turn's agents did before a crash
     * @param reservation what the turn may use of its user's plan
     */
    public record TurnContext(
            FencingToken fencingToken,
            UserId user,
            ConversationId conversation,
            AgentType agentType,
            Instant startedAt,
            boolean queued,
            UserContext userContext,
            History history,
            Exchange exchange,
            Reservation reservation)
            implements OpenResult {

        /** Whether the turn has reserved a part of its user's plan. */
        boolean isLimited() {
            return !reservation.equals(Reservation.UNLIMITED);
        }

        public TurnId id() {
            return fencingToken.turn();
        }

        /** A copy that is no longer queued. */
        TurnContext startedWith(UserContext userContext, History history) {
            return with(false, userContext, history, exchange);
        }

        /** A copy without what only the agent needs: user context, history and exchange. */
        public TurnContext withoutHistory() {
            return with(queued, UserContext.NONE, History.NONE, Exchange.NONE);
        }

        private TurnContext with(
                boolean isQueued, UserContext userContext, History history, Exchange exchange) {
            return new TurnContext(
                    fencingToken,
                    user,
                    conversation,
                    agentType,
                    startedAt,
                    isQueued,
                    userContext,
                    history,
                    exchange,
                    reservation);
        }

        public TurnRecord record() {
            return new TurnRecord(
                    id(),
                    conversation,
                    agentType,
                    queued ? TurnStatus.QUEUED : TurnStatus.RUNNING,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Usage.NONE,
                    Optional.empty(),
                    startedAt,
                    Optional.empty(),
                    Optional.empty());
        }
    }
}
