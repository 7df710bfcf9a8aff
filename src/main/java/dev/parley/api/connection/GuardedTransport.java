package dev.parley.api.connection;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoopGroup;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxBuilder;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.impl.transports.JDKTransport;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.spi.VertxServiceProvider;
import jakarta.inject.Singleton;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Puts the {@link ConnectionLimiter} before the servers of the API. Vert.x has no public place for
 * it: its own connection handler runs after the first bytes of a request, so that silent
 * connections would not be counted. The management server is left alone, and has an event loop of
 * its own, so that probes always get through.
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
    public EventLoopGroup eventLoopGroup(
            int type, int nThreads, ThreadFactory threadFactory, int ioRatio) {
        if (type != IO_EVENT_LOOP_GROUP) {
            return super.eventLoopGroup(type, nThreads, threadFactory, ioRatio);
        }
        ReservingEventLoops loops = new ReservingEventLoops(nThreads + 1, threadFactory);
        loops.setIoRatio(ioRatio);
        return loops;
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

        /**
         * The context of the thread that starts the servers. The management server will have it;
         * the servers of the API have contexts of their own. Vert.x forgets a context that nobody
         * refers to.
         */
        private final Context management;

        ApiServers(ConnectionLimiter limiter, Vertx vertx) {
            this.limiter = limiter;
            this.management = vertx.getOrCreateContext();
            if (((VertxInternal) vertx).getEventLoopGroup() instanceof ReservingEventLoops loops) {
                loops.reserve(((ContextInternal) management).nettyEventLoop());
            }
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
