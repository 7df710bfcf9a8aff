package dev.parley.agent;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The agent is away or has no room: it refuses connections, says 429, or its circuit is open. */
public final class AgentUnavailable extends AgentFailure {

    private static final Duration SOON = Duration.ofSeconds(5);

    private final Duration retryAfter;

    public AgentUnavailable(String detail, @Nullable Throwable cause) {
        this(detail, SOON, cause);
    }

    public AgentUnavailable(String detail, Duration retryAfter, @Nullable Throwable cause) {
        super(detail, cause);
        this.retryAfter = retryAfter;
    }

    /** When it may be worth trying again. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
