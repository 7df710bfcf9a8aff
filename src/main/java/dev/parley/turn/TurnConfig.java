package dev.parley.turn;

import dev.parley.conversation.ConversationStore.HistoryLimits;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** Limits of turns. */
@ConfigMapping(prefix = "parley.turn")
public interface TurnConfig {

    /** Turns that one process runs at once; more are refused, before any charge. */
    @WithDefault("10000")
    @Min(1)
    int maxInFlight();

    /** Turns that may be queued in one conversation. */
    @WithDefault("10")
    @Min(1)
    int maxQueued();

    /**
     * Transactions that open turns at the same time, and as many that settle them. Each is a group
     * commit of up to {@code parley.group-commit.max-batch-size} turns, and takes one connection of
     * the pool. On few cores one is faster than two, since its batches are larger.
     */
    @WithDefault("1")
    @Min(1)
    @Max(64)
    int openerWorkers();

    /**
     * Tools that may use the database at the same time, so that they leave connections to others.
     */
    @WithDefault("3")
    @Min(1)
    int maxConcurrentTools();

    /** The newest messages of a conversation that an agent reads, at most. */
    @WithDefault("50")
    @Min(1)
    int historyMessages();

    /** Bytes of those messages, at most; the newest message is read whatever its size. */
    @WithDefault("256K")
    MemorySize historySize();

    /** Both limits. */
    default HistoryLimits historyLimits() {
        return new HistoryLimits(historyMessages(), historySize().asLongValue());
    }

    /** How long settling is retried while the database is unavailable. */
    @WithDefault("60s")
    Duration settleTimeout();

    /** How long a shutdown waits for turns in flight before it interrupts them. */
    @WithDefault("45s")
    Duration drainTimeout();

    /** What happens to a turn whose runner died. */
    @WithDefault("interrupt")
    AfterCrash afterCrash();

    /** Attempts of a turn, at most: the first one and one after each crash. */
    @WithDefault("3")
    @Min(1)
    int maxAttempts();

    /** How long an agent may ignore an interrupt before the turn ends without it. */
    @WithDefault("10s")
    Duration interruptGrace();

    /** How often the log mentions a turn that takes long. */
    @WithDefault("15s")
    Duration slowLogInterval();

    /** How long an idempotency key is kept. */
    @WithDefault("24h")
    Duration idempotencyKeyTtl();

    /**
     * Whether a turn fails when its agent holds a transaction or a connection (G1). Production
     * counts and logs it; the tests fail.
     */
    @WithDefault("false")
    boolean failOnHeldConnection();

    /** What an operator can choose. */
    enum AfterCrash {
        /** The turn ends as interrupted, and its user is notified. */
        INTERRUPT,
        /** Another replica runs it in its next attempt, from its recorded tool steps. */
        RESUME
    }
}
