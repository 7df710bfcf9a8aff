package dev.parley.api.filter;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import java.util.List;
import java.util.Optional;

/** Limits of the HTTP API. */
@ConfigMapping(prefix = "parley.http")
public interface HttpConfig {

    /** The largest body of a request. */
    MemorySize maxBodySize();

    /**
     * Addresses or networks, such as {@code 10.0.0.0/8}, of proxies whose {@code X-Forwarded-For}
     * is believed. By default no proxy is trusted.
     */
    Optional<List<String>> trustedProxies();
}
