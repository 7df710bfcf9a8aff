package dev.parley.background;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * What this process is for. One that serves is a runner and does the background's work; one that
 * was started for a single command does that and ends, and others must not notice it.
 */
@Singleton
public class Duty {

    /** The setting by which a command says that it does not serve. */
    public static final String SERVING = "parley.serving";

    private final boolean serving;

    Duty(@ConfigProperty(name = SERVING, defaultValue = "true") boolean serving) {
        this.serving = serving;
    }

    public boolean isServing() {
        return serving;
    }
}
