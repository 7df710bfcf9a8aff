package dev.parley.notification;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long notifications are kept. */
@ConfigMapping(prefix = "parley.notification")
public interface NotificationConfig {

    /** Older notifications are deleted, read or not. */
    @WithDefault("90d")
    Duration retention();
}
