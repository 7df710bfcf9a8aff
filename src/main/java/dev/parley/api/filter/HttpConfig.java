package dev.parley.api.filter;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMin;

/** Limits of the HTTP API. */
@ConfigMapping(prefix = "parley.http")
public interface HttpConfig {

    /** The largest body of a request. */
    MemorySize maxBodySize();

    /** The largest body of a request without a valid token, such as a login. */
    @WithDefault("16K")
    MemorySize maxAnonymousBodySize();

    /**
     * Open connections of clients; more are closed at once. A process that may open fewer than
     * twice as many files accepts half as many connections as it may open files.
     */
    @WithDefault("10000")
    @Min(1)
    int maxConnections();

    /**
     * Open connections from one client address, or one IPv6 network of 64 bits; more are closed at
     * once. The connections of trusted proxies are not limited by address.
     */
    @WithDefault("1000")
    @Min(1)
    int maxConnectionsPerAddress();

    /**
     * Requests of one account that a process handles at the same time; further requests wait up to
     * 5 seconds. Turns are not counted.
     */
    @WithDefault("4")
    @Min(1)
    int maxConcurrentRequestsPerAccount();

    /** The time from the first byte of a request to the end of its headers. */
    @WithDefault("10s")
    @DurationMin(millis = 1)
    Duration headerTimeout();

    /** The time for the body of a request; it grows by a second with each {@code minBodyRate}. */
    @WithDefault("10s")
    @DurationMin(millis = 1)
    Duration bodyTimeout();

    /** Bytes per second that a body needs after {@code bodyTimeout}; a slower request fails. */
    @WithDefault("1K")
    MemorySize minBodyRate();

    /**
     * Addresses or networks, such as {@code 10.0.0.0/8}, of proxies whose {@code X-Forwarded-For}
     * is believed. By default no proxy is trusted.
     */
    Optional<List<String>> trustedProxies();
}
