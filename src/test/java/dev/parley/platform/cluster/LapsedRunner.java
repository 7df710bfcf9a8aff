package dev.parley.platform.cluster;

/** A runner that the database has never heard of. */
public final class LapsedRunner {

    private LapsedRunner() {}

    public static RunnerLease with(RunnerConfig config) {
        return new RunnerLease(config);
    }
}
