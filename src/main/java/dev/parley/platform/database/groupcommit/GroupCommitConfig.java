package dev.parley.platform.database.groupcommit;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** Group commit: transactions that several turns share. */
@ConfigMapping(prefix = "parley.group-commit")
public interface GroupCommitConfig {

    /** Items in one transaction, at most. */
    @WithDefault("64")
    @Min(1)
    @Max(1000)
    int maxBatchSize();

    /** Items that may wait in one queue; more are refused as {@code overloaded}. */
    @WithDefault("20000")
    @Min(1)
    int queueCapacity();

    /** How long an item may wait for its transaction; then it is refused as {@code overloaded}. */
    @WithDefault("10s")
    Duration queueTimeout();

    /**
     * A transaction that takes longer may be stuck at a dead connection: another one serves the
     * items that wait. Choose more than a healthy transaction takes.
     */
    @WithDefault("1s")
    Duration stuckThreshold();

    /** Items that are executed alone at the same time, since they wait for locks of others. */
    @WithDefault("2")
    @Min(1)
    int singleConcurrency();
}
