package dev.parley.turn.store;

import dev.parley.platform.database.CapacityExceeded;
import dev.parley.platform.database.ConnectionBudget;
import dev.parley.platform.database.groupcommit.GroupCommit;
import dev.parley.platform.database.groupcommit.GroupCommitConfig;
import dev.parley.turn.IdempotencyKey;
import dev.parley.turn.TurnConfig;
import dev.parley.turn.TurnOutcome;
import dev.parley.turn.TurnRequest;
import dev.parley.turn.store.TurnStore.OpenResult;
import dev.parley.turn.store.TurnStore.SettleResult;
import dev.parley.turn.store.TurnStore.TurnContext;
import dev.parley.turn.stream.Transcript;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Opens and settles turns in batches: turns that are ready at the same moment share a transaction,
 * and each caller gets its own result after the commit.
 *
 * <p>Both methods throw {@link CapacityExceeded} if the batch queue has no capacity for the turn in
 * time.
 */
@Singleton
@Startup
class BatchingTurnStore {

    private static final int ONE_PER_CONVERSATION = 1;

    /** Connections that look up the callers' accounts. */
    private static final int ACCOUNT_LOOKUP_CONNECTIONS = 1;

    private final GroupCommit<TurnRequest, OpenResult> opening;
    private final GroupCommit<SettleCommand, SettleResult> settling;

    BatchingTurnStore(
            TurnOpener opener,
            TurnSettler settler,
            TurnConfig turns,
            GroupCommitConfig config,
            ConnectionBudget budget,
            MeterRegistry meters) {
        budget.claim(
                "turns",
                2 * turns.openerWorkers()
                        + ACCOUNT_LOOKUP_CONNECTIONS
                        + config.singleConcurrency());
        budget.claim("tools", turns.maxConcurrentTools());
        Semaphore singlePermits = new Semaphore(config.singleConcurrency(), true);
        this.opening =
                new GroupCommit<>(
                        "opening",
                        turns.openerWorkers(),
                        config.maxBatchSize(),
                        opener,
                        singlePermits,
                        config,
                        meters);
        this.settling =
                new GroupCommit<>(
                        "settling",
                        turns.openerWorkers(),
                        ONE_PER_CONVERSATION,
                        settler,
                        singlePermits,
                        config,
                        meters);
    }

    OpenResult open(TurnRequest turn) {
        return opening.submit(turn.user().value(), exclusiveOf(turn), turn);
    }

    /**
     * What a turn reads and another turn of the same transaction would have changed: the length of
     * its conversation, and the turn of its idempotency key.
     */
    private static Set<?> exclusiveOf(TurnRequest turn) {
        return Stream.concat(
                        turn.conversation().stream(), turn.key().stream().map(IdempotencyKey::key))
                .collect(Collectors.toUnmodifiableSet());
    }

    SettleResult settle(
            TurnContext turn, TurnOutcome outcome, Transcript transcript, EndedExchange exchange) {
        return settling.submit(
                turn.conversation().value(), SettleCommand.of(turn, outcome, transcript, exchange));
    }
}
