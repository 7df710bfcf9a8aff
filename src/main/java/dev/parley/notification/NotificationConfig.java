package dev.parley.notification;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long notifications are kept. */
@ConfigMapping(prefix = "parley.notification")
public interface NotificationConfig {

    /** Notifications older than this are deleted, read or unread. */
    @WithDefault("90d")
    Duration retention();
}
