package dev.parley.turn.store;

import dev.parley.conversation.ConversationId;
import dev.parley.conversation.ConversationNotFound;
import dev.parley.platform.database.sql.SqlErrors;
import dev.parley.quota.QuotaExhausted;
import dev.parley.turn.ConversationBusy;
import dev.parley.turn.IdempotencyKeyReused;
import dev.parley.turn.TurnConfig;
import dev.parley.turn.TurnId;
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
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens, settles and starts turns, and lives through broken connections.
 *
 * <p>Where a connection breaks, what was asked may have been done or not. Opening is resolved by
 * looking for the turn's id: found, it was committed and is not charged again; not found, it is
 * tried again. Settling can be repeated as often as one likes, since an ended turn stays as it is.
 */
@ApplicationScoped
public class RetryingTurnStore {

    /**
     * The first break costs one try; the pool may hand out another connection that died with it.
     */
    private static final int OPENING_TRIES = 3;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(25);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(1);

    private final BatchingTurnStore gathering;
    private final TurnStore ledger;
    private final TurnConfig config;
    private final Clock clock;

    RetryingTurnStore(
            BatchingTurnStore gathering, TurnStore ledger, TurnConfig config, Clock clock) {
        this.gathering = gathering;
        this.ledger = ledger;
        this.config = config;
        this.clock = clock;
    }

    /**
     * Opens a turn: claims its conversation or queues it there, charges the query, stores the
     * message, reads the latest messages. All of it, or nothing.
     *
     * @throws IdempotencyKeyReused where another request had the same key
     * @throws QuotaExhausted where the user has no query left
     * @throws ConversationNotFound where the user has no such conversation
     * @throws ConversationBusy where another turn runs in it
     */
    public OpenResult open(TurnRequest turn) {
        for (int tries = 1; ; tries++) {
            try {
                return gathering.open(turn);
            } catch (RuntimeException failure) {
                if (SqlErrors.leavesOutcomeUnknown(failure)) {
                    return resolve(turn, failure);
                }
                if (tries == OPENING_TRIES || !connectionBroke(failure)) {
                    throw failure;
                }
                Log.warnf("Opening turn %s met a broken connection; trying again", turn.id());
            }
        }
    }

    /**
     * Finds out what became of an opening, however long the database is away: the user may have
     * been charged. Only what is known not to have happened is tried again; should it happen late
     * after all, the second try runs into the first, and finds it.
     */
    private OpenResult resolve(TurnRequest turn, RuntimeException cause) {
        Log.warnf("It is not known whether turn %s was opened; finding out", turn.id());
        return new Attempts("Opening", turn.id())
                .until(() -> ledger.opened(turn).orElseGet(() -> openedOnce(turn)), cause);
    }

    private OpenResult openedOnce(TurnRequest turn) {
        try {
            OpenResult result = gathering.open(turn);
            // The first try has come through meanwhile, and has taken the turn's own key
            return result.equals(new Replayed(turn.id()))
                    ? ledger.opened(turn).orElse(result)
                    : result;
        } catch (RuntimeException failure) {
            if (SqlErrors.classify(failure).isPresent()) {
                throw failure;
            }
            return ledger.opened(turn).orElseThrow(() -> failure);
        }
    }

    /**
     * Settles a turn: its outcome, the reply where there is one, the conversation's version. A turn
     * that has already ended, or runs elsewhere, stays as it is.
     */
    public SettleResult settle(TurnContext turn, TurnOutcome outcome, Transcript telling) {
        return new Attempts("Settling", turn.id())
                .until(() -> gathering.settle(turn, outcome, telling), null);
    }

    /**
     * Lets the first in line run here, where the conversation is idle. Where the answer to the
     * commit is lost, the turn that now runs here is the one.
     */
    public Optional<TurnContext> startNext(ConversationId conversation) {
        try {
            return ledger.startNext(conversation);
        } catch (RuntimeException failure) {
            if (!SqlErrors.leavesOutcomeUnknown(failure)) {
                throw failure;
            }
            Log.warnf(
                    "Starting the next turn of conversation %s: looking whether it did",
                    conversation);
            return ledger.started(conversation);
        }
    }

    /** Tries that are repeated, with growing pauses, while the database is in trouble. */
    private final class Attempts {

        private final String what;
        private final TurnId turn;
        private final Instant deadline = clock.instant().plus(config.settleTimeout());
        private Duration pause = FIRST_PAUSE;

        Attempts(String what, TurnId turn) {
            this.what = what;
            this.turn = turn;
        }

        /**
         * @throws TurnOutcomeUnknown where the time is over
         */
        <T> T until(Supplier<T> done, @Nullable RuntimeException cause) {
            while (true) {
                try {
                    return done.get();
                } catch (RuntimeException failure) {
                    SqlErrors trouble = SqlErrors.classify(failure).orElseThrow(() -> failure);
                    if (!clock.instant().isBefore(deadline)) {
                        throw new TurnOutcomeUnknown(turn, cause == null ? failure : cause);
                    }
                    Log.warnf(
                            "%s turn %s met a database in trouble (%s); trying again in %d ms",
                            what, turn, trouble, pause.toMillis());
                    pauseFor(pause);
                    pause = pause.multipliedBy(2);
                    pause = pause.compareTo(MAX_PAUSE) > 0 ? MAX_PAUSE : pause;
                }
            }
        }
    }

    private static boolean connectionBroke(RuntimeException failure) {
        return SqlErrors.classify(failure).filter(SqlErrors.UNAVAILABLE::equals).isPresent();
    }

    /** An interrupt does not end settling: what was answered has to be written down. */
    private static void pauseFor(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException interruption) {
            Log.debug("Interrupted between two tries to settle; going on", interruption);
        }
    }
}
