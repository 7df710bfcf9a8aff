package dev.parley.runner;

/** A runner that the database has never heard of. */
public final class UnheardRunner {

    private UnheardRunner() {}

    public static ThisRunner with(RunnerConfig config) {
        return new ThisRunner(config);
    }
}
