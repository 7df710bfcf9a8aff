package dev.parley.platform.database.groupcommit;

import java.time.Duration;

/** The settings of a test. */
record GroupCommitSettings(
        int maxBatchSize,
        int queueCapacity,
        Duration queueTimeout,
        Duration stuckThreshold,
        int singleConcurrency)
        implements GroupCommitConfig {}
