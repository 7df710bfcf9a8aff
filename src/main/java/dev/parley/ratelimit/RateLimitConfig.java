package dev.parley.ratelimit;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The rate limits, as token buckets. Each {@code window} adds {@code limit} tokens; a bucket has at
 * most {@code burst} tokens.
 */
@ConfigMapping(prefix = "parley.ratelimit")
public interface RateLimitConfig {

    /** Whether rate limits are enabled. */
    @WithDefault("true")
    boolean enabled();

    /** Where the token buckets are stored. */
    @WithDefault("memory")
    Store store();

    /**
     * Maximum number of token buckets in memory, of accounts and of strangers each; all further
     * callers share one bucket.
     */
    @WithDefault("250000")
    @Min(1_000)
    int maxBuckets();

    /** Turns of an account. */
    @Valid
    Row turns();

    /** Other requests of an account. */
    @Valid
    Row requests();

    /** Registrations from an address (IPv6: from a network of 64 bits). */
    @Valid
    Row registrations();

    /** Failed logins, by name and by address. */
    @Valid
    Row failedLogins();

    /** Limits by plan. They replace the general limits for accounts on the plan. */
    Map<String, PlanRows> plans();

    /** Where the token buckets are stored. */
    enum Store {
        /** In each process: with several replicas, a caller gets the full limit at each replica. */
        MEMORY,
        /** In PostgreSQL, shared by all replicas; costs one transaction per request. */
        DATABASE
    }

    /** One rate limit. */
    interface Row {

        /** Tokens that are added per window. */
        @Min(1)
        int limit();

        /** The length of a window. */
        Duration window();

        /** Maximum number of tokens in a bucket. */
        @Min(1)
        int burst();

        default Rate rate() {
            return new Rate(limit(), window(), burst());
        }
    }

    /** The limits of a plan. */
    interface PlanRows {

        /** Turns of an account. */
        Optional<@Valid Row> turns();

        /** Other requests of an account. */
        Optional<@Valid Row> requests();
    }
}
