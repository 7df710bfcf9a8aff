package dev.parley.ratelimit;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The table of all limits. The defaults of the rates stand in application.properties. */
@ConfigMapping(prefix = "parley.ratelimit")
public interface RateLimitConfig {

    /** All of them, or none. */
    @WithDefault("true")
    boolean enabled();

    /** Where the buckets are kept. */
    @WithDefault("memory")
    Store store();

    /** Buckets that are kept in memory; whoever comes beyond them shares one with all such. */
    @WithDefault("250000")
    @Min(1_000)
    int maxBuckets();

    /** Turns, by account. */
    @Valid
    Row turns();

    /** Other requests, by account. */
    @Valid
    Row requests();

    /** Registrations, by address. */
    @Valid
    Row registrations();

    /** Failed log-ins, by name and by address. */
    @Valid
    Row failedLogins();

    /** What accounts on a plan have instead. */
    Map<String, PlanRows> plans();

    /** Where buckets are kept. */
    enum Store {
        /** In each process: with several replicas, a caller may have as much at each of them. */
        MEMORY,
        /** In PostgreSQL, for all replicas together, at the price of a transaction a request. */
        DATABASE
    }

    /** A line of the table. */
    interface Row {

        /** Tokens that come back in a window. */
        @Min(1)
        int limit();

        Duration window();

        /** Tokens a bucket holds at most. */
        @Min(1)
        int burst();

        default Rate rate() {
            return new Rate(limit(), window(), burst());
        }
    }

    /** What a plan has instead. */
    interface PlanRows {

        Optional<@Valid Row> turns();

        Optional<@Valid Row> requests();
    }
}
