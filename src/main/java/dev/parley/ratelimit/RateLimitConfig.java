package dev.parley.ratelimit;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The table of all rate limits: token buckets. {@code limit} tokens come back in each {@code
 * window}; a bucket holds {@code burst} tokens at most.
 */
@ConfigMapping(prefix = "parley.ratelimit")
public interface RateLimitConfig {

    /** Whether anything is limited at all. */
    @WithDefault("true")
    boolean enabled();

    /** Where the buckets are kept. */
    @WithDefault("memory")
    Store store();

    /** Buckets that are kept in memory; callers beyond that number share one bucket. */
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

    /** Accounts on a plan have these limits instead. */
    Map<String, PlanRows> plans();

    /** Where buckets are kept. */
    enum Store {
        /** In each process: with several replicas, a caller gets the whole limit at each. */
        MEMORY,
        /** In PostgreSQL, shared by all replicas; costs a transaction a request. */
        DATABASE
    }

    /** A line of the table. */
    interface Row {

        /** Tokens that come back in a window. */
        @Min(1)
        int limit();

        /** How long a window is. */
        Duration window();

        /** Tokens that a bucket holds at most. */
        @Min(1)
        int burst();

        default Rate rate() {
            return new Rate(limit(), window(), burst());
        }
    }

    /** What a plan has instead. */
    interface PlanRows {

        /** Turns. */
        Optional<@Valid Row> turns();

        /** Other requests. */
        Optional<@Valid Row> requests();
    }
}
