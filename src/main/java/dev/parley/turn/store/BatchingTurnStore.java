package dev.parley.turn.store;

import dev.parley.platform.database.CapacityExceeded;
import dev.parley.platform.database.groupcommit.GroupCommit;
import dev.parley.platform.database.groupcommit.GroupCommitConfig;
import dev.parley.turn.TurnConfig;
import dev.parley.turn.TurnOutcome;
import dev.parley.turn.TurnRequest;
import dev.parley.turn.store.TurnStore.OpenResult;
import dev.parley.turn.store.TurnStore.SettleResult;
import dev.parley.turn.store.TurnStore.TurnContext;
import dev.parley.turn.stream.Transcript;
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
 * <p>Both throw {@link CapacityExceeded} where there was no place for the turn in time.
 */
@Singleton
@Startup
class BatchingTurnStore {

    /** A user's quota is one row: two of a user's turns in one transaction would meet there. */
    private static final int ONE_PER_USER = 1;

    private static final int ONE_PER_CONVERSATION = 1;

    /** What asking for the callers' accounts takes. */
    private static final int ADMISSION = 1;

    private final GroupCommit<TurnRequest, OpenResult> opening;
    private final GroupCommit<SettleCommand, SettleResult> settling;

    BatchingTurnStore(
            TurnOpener openings,
            TurnSettler settlings,
            TurnConfig turns,
            GroupCommitConfig config,
            @ConfigProperty(name = "quarkus.datasource.jdbc.max-size") int pool,
            MeterRegistry meters) {
        int most =
                2 * turns.openerWorkers()
                        + ADMISSION
                        + turns.maxConcurrentTools()
                        + config.singleConcurrency();
        if (pool <= most) {
            Log.warnf(
                    "Turns may take %d connections at once, and the pool has %d: what people look"
                            + " at will wait for them. Set quarkus.datasource.jdbc.max-size to %d"
                            + " or more",
                    most, pool, most + 1);
        }
        Semaphore alone = new Semaphore(config.singleConcurrency(), true);
        this.opening =
                new GroupCommit<>(
                        "opening",
                        turns.openerWorkers(),
                        ONE_PER_USER,
                        openings,
                        alone,
                        config,
                        meters);
        this.settling =
                new GroupCommit<>(
                        "settling",
                        turns.openerWorkers(),
                        ONE_PER_CONVERSATION,
                        settlings,
                        alone,
                        config,
                        meters);
    }

    OpenResult open(TurnRequest turn) {
        return opening.submit(turn.user().value(), turn);
    }

    SettleResult settle(TurnContext turn, TurnOutcome outcome, Transcript telling) {
        return settling.submit(
                turn.conversation().value(), SettleCommand.of(turn, outcome, telling));
    }
}
