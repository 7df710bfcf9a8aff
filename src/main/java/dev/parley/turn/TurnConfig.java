package dev.parley.turn;

import dev.parley.conversation.ConversationLog.HistoryLimits;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** Bounds of the turn. */
@ConfigMapping(prefix = "parley.turn")
public interface TurnConfig {

    /** More turns in flight than these are refused, before any charge. */
    @WithDefault("10000")
    @Min(1)
    int maxInFlight();

    /** Turns that may stand in line before one conversation. */
    @WithDefault("10")
    @Min(1)
    int maxQueued();

    /**
     * Transactions that open turns at the same time, and as many that settle them; each shares what
     * is ready between up to {@code parley.gathering.most}, and takes one connection of the pool.
     * On few cores one is faster than two: it gathers more.
     */
    @WithDefault("1")
    @Min(1)
    @Max(64)
    int shards();

    /**
     * Tools that may work on the database at the same time, so that they leave room in the pool.
     */
    @WithDefault("3")
    @Min(1)
    int toolsAtOnce();

    /** Messages that an agent gets to read, the latest. */
    @WithDefault("50")
    @Min(1)
    int historyMessages();

    /** And no more than so many bytes of them; the last one comes whatever its size. */
    @WithDefault("256K")
    MemorySize historySize();

    /** Both limits. */
    default HistoryLimits historyLimits() {
        return new HistoryLimits(historyMessages(), historySize().asLongValue());
    }

    /** How long settling is tried again while the database is away. */
    @WithDefault("60s")
    Duration settleWithin();

    /** How long stopping waits for the turns in flight before it interrupts them. */
    @WithDefault("45s")
    Duration drain();

    /** What becomes of a turn whose runner died. */
    @WithDefault("interrupt")
    AfterCrash afterCrash();

    /** How often a turn is begun at most, the first time and after each crash. */
    @WithDefault("3")
    @Min(1)
    int maxAttempts();

    /** How long an agent may go on after it was told to stop; then the turn ends without it. */
    @WithDefault("10s")
    Duration deafAfter();

    /** How often the log tells of a turn that takes long. */
    @WithDefault("15s")
    Duration tellEvery();

    /** How long a repeated request is known by its key. */
    @WithDefault("24h")
    Duration keepIdempotencyKeys();

    /**
     * Whether a turn fails when its agent holds a transaction or a connection. Production counts it
     * and goes on; the tests do not.
     */
    @WithDefault("false")
    boolean heldIsFatal();

    /** What an operator may choose. */
    enum AfterCrash {
        /** It ends as interrupted, and its user is notified. */
        INTERRUPT,
        /** It goes on from its recorded steps. */
        RESUME
    }
}
