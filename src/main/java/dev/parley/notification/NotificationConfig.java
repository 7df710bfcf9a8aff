package dev.parley.notification;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** Which notifications are kept. */
@ConfigMapping(prefix = "parley.notification")
public interface NotificationConfig {

    /** Notifications older than this are deleted, read or unread. */
    @WithDefault("90d")
    Duration retention();

    /** How many notifications an account keeps, the newest; older notifications are deleted. */
    @WithDefault("1000")
    @Min(1)
    int maxPerAccount();
}
