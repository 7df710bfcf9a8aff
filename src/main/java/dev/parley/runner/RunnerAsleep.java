package dev.parley.runner;

/** This process has not been heard by the database for too long to begin anything. */
public final class RunnerAsleep extends RuntimeException {

    RunnerAsleep() {
        super("This process has lost its line to the database.", null, false, false);
    }
}
