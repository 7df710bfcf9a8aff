package dev.parley.turn.store;

import dev.parley.conversation.ConversationId;
import dev.parley.conversation.ConversationNotFound;
import dev.parley.platform.database.sql.SqlErrors;
import dev.parley.platform.identity.UserId;
import dev.parley.quota.BudgetService;
import dev.parley.quota.QuotaExhausted;
import dev.parley.quota.Reservation;
import dev.parley.quota.Spending;
import dev.parley.turn.ConversationBusy;
import dev.parley.turn.IdempotencyKeyReused;
import dev.parley.turn.QueuedTurn;
import dev.parley.turn.TurnConfig;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnNotFound;
import dev.parley.turn.TurnNotQueued;
import dev.parley.turn.TurnOutcome;
import dev.parley.turn.TurnOutcomeUnknown;
import dev.parley.turn.TurnRequest;
import dev.parley.turn.store.TurnStore.OpenResult;
import dev.parley.turn.store.TurnStore.Replayed;
import dev.parley.turn.store.TurnStore.SettleResult;
import dev.parley.turn.store.TurnStore.TurnContext;
import dev.parley.turn.stream.Transcript;
import io.quarkus.logging.Log;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens, settles, starts and queues turns, and retries when a database connection breaks.
 *
 * <p>When a connection breaks during a commit, the outcome is unknown. Opening is resolved by
 * looking for the turn's id: if the turn exists, it was committed and is not charged again; if not,
 * opening is retried. Settling can be repeated any number of times, because an ended turn does not
 * change.
 */
@ApplicationScoped
public class RetryingTurnStore {

    /**
     * The first broken connection costs one attempt; the pool may hand out another connection that
     * broke at the same time.
     */
    private static final int MAX_ATTEMPTS = 3;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(25);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(1);

    /** A start that is undecided for longer was rolled back, or its turn has been ended. */
    private static final Duration MAX_UNDECIDED = Duration.ofMinutes(10);

    private final Map<ConversationId, Instant> undecidedStarts = new ConcurrentHashMap<>();
    private final BatchingTurnStore batchingStore;
    private final TurnStore store;
    private final ApprovalStore approvals;
    private final TurnQueue queue;
    private final SteeringStore steering;
    private final BudgetService budgets;
    private final TurnReserve reserve;
    private final TurnConfig config;
    private final Clock clock;

    RetryingTurnStore(
            BatchingTurnStore batchingStore,
            TurnStore store,
            ApprovalStore approvals,
            TurnQueue queue,
            SteeringStore steering,
            BudgetService budgets,
            TurnReserve reserve,
            TurnConfig config,
            Clock clock) {
        this.batchingStore = batchingStore;
        this.store = store;
        this.approvals = approvals;
        this.queue = queue;
        this.steering = steering;
        this.budgets = budgets;
        this.reserve = reserve;
        this.config = config;
        this.clock = clock;
    }

    /**
     * Opens a turn, all or nothing: claims its conversation or queues the turn there, charges the
     * query, stores the message and reads the latest messages.
     *
     * @throws IdempotencyKeyReused if another request had the same key
     * @throws QuotaExhausted if the user has fewer queries left than the agent costs
     * @throws ConversationNotFound if the user has no such conversation
     * @throws ConversationBusy if another turn runs in the conversation
     */
    public OpenResult open(TurnRequest turn) {
        return retried(
                "Opening", turn.id(), () -> openDecided(turn), failure -> resolve(turn, failure));
    }

    private OpenResult openDecided(TurnRequest turn) {
        OpenResult result = batchingStore.open(turn);
        if (result instanceof TurnContext opened && !opened.queued()) {
            decideStart(opened);
        }
        return result;
    }

    /**
     * Finds out whether a turn was opened, and retries while the database is unavailable, because
     * the user may have been charged. Opening is repeated only if the turn is not in the database.
     * If the first attempt commits late, the second attempt conflicts with the first and returns
     * its turn.
     */
    private OpenResult resolve(TurnRequest turn, RuntimeException cause) {
        Log.warnf(
                "The outcome of opening turn %s is unknown; checking whether it was committed",
                turn.id());
        return new Attempts("Opening", turn.id())
                .repeat(() -> store.opened(turn).orElseGet(() -> openUnlessCommitted(turn)), cause);
    }

    private OpenResult openUnlessCommitted(TurnRequest turn) {
        try {
            OpenResult result = batchingStore.open(turn);
            // The first attempt has committed meanwhile, and has stored this turn's key
            return result.equals(new Replayed(turn.id()))
                    ? store.opened(turn).orElse(result)
                    : result;
        } catch (RuntimeException failure) {
            if (SqlErrors.classify(failure).isPresent()) {
                throw failure;
            }
            return store.opened(turn).orElseThrow(() -> failure);
        }
    }

    /**
     * Settles a turn: stores its outcome and its reply, if any, and increments the conversation's
     * version. A turn that has ended, or that another runner runs, does not change.
     *
     * @param exchange what ends with the turn
     * @throws TurnOutcomeUnknown if the database stays unavailable for longer than {@code
     *     parley.turn.settle-timeout}
     */
    public SettleResult settle(
            TurnContext turn, TurnOutcome outcome, Transcript transcript, EndedExchange exchange) {
        return new Attempts("Settling", turn.id())
                .repeat(() -> batchingStore.settle(turn, outcome, transcript, exchange), null);
    }

    /**
     * Lets a running turn wait for a person.
     *
     * @throws TurnOutcomeUnknown if the database stays unavailable for longer than {@code
     *     parley.turn.settle-timeout}
     */
    public ApprovalStore.SuspendResult suspend(
            TurnContext turn, ApprovalStore.Suspension suspension) {
        return new Attempts("Suspending", turn.id())
                .repeat(() -> approvals.suspend(turn, suspension), null);
    }

    /**
     * Takes a waiting turn with nothing left to decide. If the outcome of the commit is unknown,
     * finds out, and retries while the database is unavailable: nobody else goes on with a turn
     * that this runner has taken.
     */
    public Optional<TurnContext> resume(TurnId turn) {
        try {
            return approvals.resume(turn);
        } catch (RuntimeException failure) {
            if (!SqlErrors.leavesOutcomeUnknown(failure)) {
                throw failure;
            }
            return new Attempts("Resuming", turn).repeat(() -> approvals.resumed(turn), failure);
        }
    }

    /**
     * Lets the messages that steer a running turn join it. If the outcome of the commit is unknown,
     * finds out, and retries while the database is unavailable: a message that has joined has to be
     * answered.
     *
     * @return all messages that have joined the turn, in order
     * @throws ExchangeRepository.FencedOut if the turn does not run here any more
     * @throws TurnOutcomeUnknown if the database stays unavailable for longer than {@code
     *     parley.turn.settle-timeout}
     */
    public List<SteeringMessage> join(TurnContext turn, int rounds) {
        Supplier<List<SteeringMessage>> joining = () -> steering.join(turn, rounds);
        return retried("Steering", turn.id(), joining, repeating("Steering", turn.id(), joining));
    }

    /**
     * Starts the first queued turn on this runner, if no turn runs in the conversation. If the
     * outcome of the commit is unknown, returns the conversation's turn that this runner now runs.
     */
    public Optional<TurnContext> startNext(ConversationId conversation) {
        try {
            Optional<TurnContext> next = store.startNext(conversation);
            next.ifPresent(this::decideStart);
            return next;
        } catch (RuntimeException failure) {
            if (!SqlErrors.leavesOutcomeUnknown(failure)) {
                throw failure;
            }
            Log.warnf(
                    "The outcome of starting the next turn of conversation %s is unknown; checking"
                            + " whether it was committed",
                    conversation);
            Instant now = clock.instant();
            undecidedStarts.values().removeIf(since -> since.plus(MAX_UNDECIDED).isBefore(now));
            undecidedStarts.put(conversation, now);
            Optional<TurnContext> started = store.started(conversation);
            started.ifPresent(this::decideStart);
            return started;
        }
    }

    /**
     * Removes a queued turn: it never runs, its message is deleted and its queries are given back,
     * once, however often the removal is repeated.
     *
     * @throws ConversationNotFound if the user has no such conversation
     * @throws TurnNotFound if the conversation has no such turn
     * @throws TurnNotQueued if the turn has started or ended
     */
    public void removeQueued(UserId user, ConversationId conversation, TurnId turn) {
        Supplier<Boolean> removal =
                () -> {
                    queue.remove(user, conversation, turn);
                    return true;
                };
        retried("Removing", turn, removal, repeating("Removing", turn, removal));
    }

    /**
     * Replaces the message of a queued turn.
     *
     * @return the turn as it is queued now
     * @throws ConversationNotFound if the user has no such conversation
     * @throws TurnNotFound if the conversation has no such turn
     * @throws TurnNotQueued if the turn has started or ended
     */
    public QueuedTurn editQueued(
            UserId user, ConversationId conversation, TurnId turn, String message) {
        return retried(
                "Editing",
                turn,
                () -> queue.edit(user, conversation, turn, message),
                repeating(
                        "Editing", turn, () -> queue.editAgain(user, conversation, turn, message)));
    }

    /**
     * Reserves more of the user's plan for a turn that has used what it had reserved.
     *
     * @throws QuotaExhausted if the plan has nothing left
     * @throws TurnOutcomeUnknown if the database stays unavailable for longer than {@code
     *     parley.turn.settle-timeout}
     */
    public Reservation extend(TurnContext turn, Spending used) {
        Supplier<Reservation> extension =
                () ->
                        budgets.extend(
                                turn.user(),
                                turn.id().value(),
                                turn.startedAt(),
                                used,
                                reserve.toGoOn(turn.agentType()));
        return new Attempts("Extending", turn.id()).repeat(extension, null);
    }

    /**
     * Whether this process tried to start a turn of the conversation and did not learn that the
     * commit succeeded. If the database assigns a running turn of the conversation to this process,
     * the turn never ran.
     */
    public boolean isStartUndecided(ConversationId conversation) {
        return undecidedStarts.containsKey(conversation);
    }

    /** No two turns run in a conversation: since this turn runs, no earlier start is undecided. */
    private void decideStart(TurnContext running) {
        undecidedStarts.remove(running.conversation());
    }

    /** The turn that an undecided start has started is queued again, or has ended. */
    public void decideStart(ConversationId conversation) {
        undecidedStarts.remove(conversation);
    }

    /**
     * Runs an operation, and again where a connection is broken.
     *
     * @param resolve is called if the outcome of the commit is unknown
     */
    private static <T> T retried(
            String operationName,
            TurnId turn,
            Supplier<T> operation,
            Function<RuntimeException, T> resolve) {
        for (int attempt = 1; ; attempt++) {
            try {
                return operation.get();
            } catch (RuntimeException failure) {
                if (SqlErrors.leavesOutcomeUnknown(failure)) {
                    return resolve.apply(failure);
                }
                if (attempt == MAX_ATTEMPTS || !isConnectionFailure(failure)) {
                    throw failure;
                }
                Log.warnf(
                        "%s turn %s failed on a broken connection; retrying", operationName, turn);
            }
        }
    }

    /** Resolves an unknown outcome by the same operation, which changes nothing a second time. */
    private <T> Function<RuntimeException, T> repeating(
            String operationName, TurnId turn, Supplier<T> again) {
        return failure -> new Attempts(operationName, turn).repeat(again, failure);
    }

    /** Repeats an operation, with growing pauses, while the database fails. */
    private final class Attempts {

        private final String operationName;
        private final TurnId turn;
        private final Instant deadline = clock.instant().plus(config.settleTimeout());
        private Duration pause = FIRST_PAUSE;

        Attempts(String operationName, TurnId turn) {
            this.operationName = operationName;
            this.turn = turn;
        }

        /**
         * @throws TurnOutcomeUnknown if the database still fails at the deadline
         */
        <T> T repeat(Supplier<T> operation, @Nullable RuntimeException cause) {
            while (true) {
                try {
                    return operation.get();
                } catch (RuntimeException failure) {
                    SqlErrors error = SqlErrors.classify(failure).orElseThrow(() -> failure);
                    if (!clock.instant().isBefore(deadline)) {
                        throw new TurnOutcomeUnknown(turn, cause == null ? failure : cause);
                    }
                    Log.warnf(
                            "%s turn %s failed because of the database (%s); retrying in %d ms",
                            operationName, turn, error, pause.toMillis());
                    pauseFor(pause);
                    pause = pause.multipliedBy(2);
                    pause = pause.compareTo(MAX_PAUSE) > 0 ? MAX_PAUSE : pause;
                }
            }
        }
    }

    private static boolean isConnectionFailure(RuntimeException failure) {
        return SqlErrors.classify(failure).filter(SqlErrors.UNAVAILABLE::equals).isPresent();
    }

    /** An interrupt does not end settling, because the reply must be stored. */
    private static void pauseFor(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException interruption) {
            Log.debug("Interrupted between two attempts; continuing", interruption);
        }
    }
}
