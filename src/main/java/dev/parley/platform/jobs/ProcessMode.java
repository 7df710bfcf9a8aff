package dev.parley.platform.jobs;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Whether this process serves. A serving process is a runner and runs the jobs. A process that was
 * started for a single command does neither, so that the other replicas do not notice it.
 */
@Singleton
public class ProcessMode {

    /** The configuration key that a command sets to false. */
    public static final String SERVING = "parley.serving";

    private final boolean serving;

    ProcessMode(@ConfigProperty(name = SERVING, defaultValue = "true") boolean serving) {
        this.serving = serving;
    }

    public boolean isServing() {
        return serving;
    }
}
