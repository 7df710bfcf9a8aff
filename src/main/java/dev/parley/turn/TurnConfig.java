package dev.parley.turn;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** Bounds of the turn. */
@ConfigMapping(prefix = "parley.turn")
public interface TurnConfig {

    /** More turns in flight than these are refused, before any charge. */
    @WithDefault("10000")
    @Min(1)
    int maxInFlight();

    /** How long settling is tried again while the database is away. */
    @WithDefault("60s")
    Duration settleWithin();

    /** How long stopping waits for the turns in flight. */
    @WithDefault("50s")
    Duration drain();

    /**
     * Whether a turn fails when its agent holds a transaction or a connection. Production counts it
     * and goes on; the tests do not.
     */
    @WithDefault("false")
    boolean heldIsFatal();
}
