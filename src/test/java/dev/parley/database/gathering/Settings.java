package dev.parley.database.gathering;

import java.time.Duration;

/** The settings of a test. */
record Settings(int most, int maxWaiting, Duration waitAtMost, Duration stuckAfter, int alone)
        implements GatheringConfig {}
