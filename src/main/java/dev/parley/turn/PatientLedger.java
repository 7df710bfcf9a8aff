package dev.parley.turn;

import dev.parley.database.DatabaseTrouble;
import io.quarkus.logging.Log;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A ledger that lives through broken connections.
 *
 * <p>Where a connection breaks, what was asked may have been done or not. Opening is resolved by
 * looking for the turn's id: found, it was committed and is not charged again; not found, it is
 * tried again. Settling can be repeated as often as one likes, since an ended turn stays as it is.
 */
@ApplicationScoped
class PatientLedger implements Ledger {

    /**
     * The first break costs one try; the pool may hand out another connection that died with it.
     */
    private static final int OPENING_TRIES = 3;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(25);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final TransactionalLedger ledger;
    private final UserTurns turns;
    private final TurnConfig config;
    private final Clock clock;

    PatientLedger(TransactionalLedger ledger, UserTurns turns, TurnConfig config, Clock clock) {
        this.ledger = ledger;
        this.turns = turns;
        this.config = config;
        this.clock = clock;
    }

    @Override
    public Opened open(NewTurn turn, Admission admission) {
        boolean outcomeUnknown = false;
        for (int tries = 1; ; tries++) {
            try {
                if (outcomeUnknown) {
                    Optional<Opened> committed = ledger.opened(turn);
                    if (committed.isPresent()) {
                        return committed.get();
                    }
                }
                return ledger.open(turn, admission);
            } catch (RuntimeException failure) {
                if (tries == OPENING_TRIES || !connectionBroke(failure)) {
                    throw failure;
                }
                outcomeUnknown = true;
                Log.warnf("Opening turn %s met a broken connection; trying again", turn.id());
            }
        }
    }

    @Override
    public TurnRecord settle(Opened turn, TurnState.Ending ending) {
        Instant deadline = clock.instant().plus(config.settleWithin());
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                return ledger.settle(turn, ending);
            } catch (TransactionalLedger.AlreadyEnded ended) {
                return turns.read(turn.user(), turn.id());
            } catch (RuntimeException failure) {
                if (DatabaseTrouble.in(failure).isEmpty()) {
                    throw failure;
                }
                if (!clock.instant().isBefore(deadline)) {
                    throw new TurnUnsettled(turn.id(), failure);
                }
                Log.warnf(
                        "Settling turn %s met a database in trouble (%s); trying again in %d ms",
                        turn.id(), DatabaseTrouble.in(failure).get(), pause.toMillis());
                pauseFor(pause);
                pause = pause.multipliedBy(2);
                pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
            }
        }
    }

    private static boolean connectionBroke(RuntimeException failure) {
        return DatabaseTrouble.in(failure).filter(DatabaseTrouble.UNAVAILABLE::equals).isPresent();
    }

    /** An interrupt does not end settling: what was answered has to be written down. */
    private static void pauseFor(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException interrupted) {
            Log.debug("Interrupted between two tries to settle; going on", interrupted);
        }
    }
}
