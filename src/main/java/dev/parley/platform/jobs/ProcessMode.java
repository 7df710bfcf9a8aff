package dev.parley.platform.jobs;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * What this process is for. A serving process is a runner and runs the jobs; a process that was
 * started for a single command does that and ends, and the others must not notice it.
 */
@Singleton
public class ProcessMode {

    /** The setting by which a command says that it does not serve. */
    public static final String SERVING = "parley.serving";

    private final boolean serving;

    ProcessMode(@ConfigProperty(name = SERVING, defaultValue = "true") boolean serving) {
        this.serving = serving;
    }

    public boolean isServing() {
        return serving;
    }
}
