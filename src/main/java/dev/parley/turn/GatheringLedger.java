package dev.parley.turn;

import dev.parley.database.NoRoomInTime;
import dev.parley.database.gathering.Gathering;
import dev.parley.database.gathering.GatheringConfig;
import dev.parley.turn.Ledger.OpenResult;
import dev.parley.turn.Ledger.Opened;
import dev.parley.turn.Ledger.SettleResult;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.util.concurrent.Semaphore;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Opens and settles turns: those that are ready at the same moment share a transaction, and each
 * hears of its own result when that is committed.
 *
 * <p>Both throw {@link NoRoomInTime} where there was no place for the turn in time.
 */
@Singleton
@Startup
class GatheringLedger {

    /** A user's quota is one row: two of a user's turns in one transaction would meet there. */
    private static final int ONE_OF_A_USER = 1;

    private static final int ONE_OF_A_CONVERSATION = 1;

    /** What asking for the callers' accounts takes. */
    private static final int ADMISSION = 1;

    private final Gathering<NewTurn, OpenResult> opening;
    private final Gathering<Settling, SettleResult> settling;

    GatheringLedger(
            Openings openings,
            Settlings settlings,
            TurnConfig turns,
            GatheringConfig config,
            @ConfigProperty(name = "quarkus.datasource.jdbc.max-size") int pool,
            MeterRegistry meters) {
        int most = 2 * turns.shards() + ADMISSION + turns.toolsAtOnce() + config.alone();
        if (pool <= most) {
            Log.warnf(
                    "Turns may take %d connections at once, and the pool has %d: what people look"
                            + " at will wait for them. Set quarkus.datasource.jdbc.max-size to %d"
                            + " or more",
                    most, pool, most + 1);
        }
        Semaphore alone = new Semaphore(config.alone(), true);
        this.opening =
                new Gathering<>(
                        "opening", turns.shards(), ONE_OF_A_USER, openings, alone, config, meters);
        this.settling =
                new Gathering<>(
                        "settling",
                        turns.shards(),
                        ONE_OF_A_CONVERSATION,
                        settlings,
                        alone,
                        config,
                        meters);
    }

    OpenResult open(NewTurn turn) {
        return opening.take(turn.user().value(), turn);
    }

    SettleResult settle(Opened turn, TurnOutcome outcome, Telling telling) {
        return settling.take(turn.conversation().value(), Settling.of(turn, outcome, telling));
    }
}
