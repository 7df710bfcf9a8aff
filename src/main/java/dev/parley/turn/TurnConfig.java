package dev.parley.turn;

import dev.parley.conversation.ConversationStore.HistoryLimits;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Optional;

/** Limits and timeouts of turns. */
@ConfigMapping(prefix = "parley.turn")
public interface TurnConfig {

    /** Turns that one process runs at once; more are refused, before any charge. */
    @WithDefault("10000")
    @Min(1)
    int maxInFlight();

    /**
     * Heap that the turns in flight may take: 64 KiB for each, and its history, its reply and the
     * results of its tools; more turns are refused as {@code overloaded}, before any charge. Unless
     * set, half of the heap.
     */
    Optional<MemorySize> maxMemory();

    /** Bytes of the heap that the turns in flight may take. */
    default long memoryLimit() {
        return maxMemory()
                .map(MemorySize::asLongValue)
                .orElseGet(() -> Runtime.getRuntime().maxMemory() / 2);
    }

    /** Turns that may be queued in one conversation. */
    @WithDefault("10")
    @Min(1)
    int maxQueued();

    /**
     * Transactions that open turns at the same time; the same number of transactions settles turns.
     * Each is a group commit of up to {@code parley.group-commit.max-batch-size} turns and uses one
     * connection of the pool. On few cores one transaction is faster than two, since its batches
     * are larger.
     */
    @WithDefault("1")
    @Min(1)
    @Max(64)
    int openerWorkers();

    /**
     * Tools that may use the database at the same time; the limit leaves connections for requests.
     */
    @WithDefault("2")
    @Min(1)
    int maxConcurrentTools();

    /** The newest messages of a conversation that an agent reads, at most. */
    @WithDefault("50")
    @Min(1)
    int historyMessages();

    /**
     * Bytes of the messages that an agent reads, at most; the newest message is read whatever its
     * size.
     */
    @WithDefault("256K")
    MemorySize historySize();

    /** The number and the size of messages that an agent reads. */
    default HistoryLimits historyLimits() {
        return new HistoryLimits(historyMessages(), historySize().asLongValue());
    }

    /** How long settling is retried while the database is unavailable. */
    @WithDefault("60s")
    Duration settleTimeout();

    /** How long a shutdown waits for turns in flight before interrupting the turns. */
    @WithDefault("45s")
    Duration drainTimeout();

    /** What happens to a turn whose runner died. */
    @WithDefault("interrupt")
    AfterCrash afterCrash();

    /** Attempts of a turn, at most: the first attempt and one more after each crash. */
    @WithDefault("3")
    @Min(1)
    int maxAttempts();

    /** How long an agent may ignore an interrupt before the turn ends without the agent. */
    @WithDefault("10s")
    Duration interruptGrace();

    /** How often a slow turn is logged. */
    @WithDefault("15s")
    Duration slowLogInterval();

    /** How long an idempotency key is kept. */
    @WithDefault("24h")
    Duration idempotencyKeyTtl();

    /**
     * How long the steps of a turn's tools are kept after the turn was opened; until the turn has
     * ended in any case. Only a turn that resumes after a crash reads them.
     */
    @WithDefault("7d")
    Duration toolStepRetention();

    /**
     * Whether the rounds of an agent's exchange (what the model wrote and called) are kept after
     * the turn's ending, for as long as the steps of its tools. Otherwise the turn's ending deletes
     * them.
     */
    @WithDefault("false")
    boolean keepExchange();

    /**
     * Whether a turn fails when its agent holds a transaction or a connection (G1). A violation is
     * always counted and logged; the tests also let the turn fail.
     */
    @WithDefault("false")
    boolean failOnHeldConnection();

    /** What happens to a turn whose runner died; the operator chooses. */
    enum AfterCrash {
        /** The turn ends as interrupted, and the user is notified. */
        INTERRUPT,
        /** Another replica runs the turn as a new attempt and reuses the recorded tool steps. */
        RESUME
    }
}
