package dev.parley.database.gathering;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** Bounds of the transactions that steps share. */
@ConfigMapping(prefix = "parley.gathering")
public interface GatheringConfig {

    /** Steps in one transaction. */
    @WithDefault("64")
    @Min(1)
    @Max(1000)
    int most();

    /** Steps that may wait in one line; more are refused as overloaded. */
    @WithDefault("20000")
    @Min(1)
    int maxWaiting();

    /** How long a step may wait for its transaction to begin; then it is refused as overloaded. */
    @WithDefault("10s")
    Duration waitAtMost();

    /**
     * A transaction at work for longer than this may be stuck, at a connection that died: another
     * goes on for those who wait. Longer than any takes that is well.
     */
    @WithDefault("1s")
    Duration stuckAfter();

    /** Steps that are done alone at the same time, since they wait for others' locks. */
    @WithDefault("3")
    @Min(1)
    int alone();
}
