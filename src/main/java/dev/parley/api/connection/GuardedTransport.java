package dev.parley.api.connection;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelHandler;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.impl.VertxBuilder;
import io.vertx.core.impl.transports.JDKTransport;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.spi.VertxServiceProvider;
import jakarta.inject.Singleton;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts the {@link ConnectionLimiter} before the servers of the API. Vert.x has no public place for
 * it: its own connection handler runs after the first bytes of a request, so that silent
 * connections would not be counted. The management server is left alone, so that probes always get
 * through.
 */
@RegisterForReflection // found by the service loader
public final class GuardedTransport extends JDKTransport implements VertxServiceProvider {

    /** The limiters of the API's servers by port; Quarkus numbers the servers even for any port. */
    private static final ConcurrentMap<Integer, ChannelHandler> LIMITERS =
            new ConcurrentHashMap<>();

    @Override
    public void init(VertxBuilder builder) {
        builder.findTransport(this);
    }

    @Override
    public void configure(
            NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
        super.configure(options, domainSocket, bootstrap);
        @Nullable ChannelHandler limiter = LIMITERS.get(options.getPort());
        if (limiter != null) {
            bootstrap.handler(limiter);
        }
    }

    /** Tells the servers of the API from the management server. */
    @Singleton
    static class ApiServers implements HttpServerOptionsCustomizer {

        private final ConnectionLimiter limiter;

        ApiServers(ConnectionLimiter limiter) {
            this.limiter = limiter;
        }

        @Override
        public void customizeHttpServer(HttpServerOptions options) {
            LIMITERS.put(options.getPort(), limiter.of(options));
        }

        @Override
        public void customizeHttpsServer(HttpServerOptions options) {
            LIMITERS.put(options.getPort(), limiter.of(options));
        }
    }
}
