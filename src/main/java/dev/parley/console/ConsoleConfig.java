package dev.parley.console;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;

/** The console. */
@ConfigMapping(prefix = "parley.console")
public interface ConsoleConfig {

    /** Whether the console is served, at {@code /console/}. */
    @WithDefault("true")
    boolean enabled();

    /**
     * How long the console waits for a byte of a reply before it says that the server may still be
     * working on it, and looks.
     */
    @WithDefault("60s")
    @DurationMin(seconds = 1)
    Duration silenceTimeout();
}
