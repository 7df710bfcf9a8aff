package dev.parley.api.connection;

import dev.parley.api.filter.ClientAddress;
import dev.parley.api.filter.HttpConfig;
import dev.parley.api.filter.RequestTimeouts;
import dev.parley.api.problem.Problems;
import dev.parley.platform.concurrent.KeyedCounter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.quarkus.logging.Log;
import io.vertx.core.http.HttpServerOptions;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the open connections of the API, in all and by client address, and closes a connection
 * beyond a limit at once, before anything is read from it. The connections of a trusted proxy count
 * in all only, since they carry the requests of many clients.
 */
@ApplicationScoped
public class ConnectionLimiter {

    private static final long LOG_INTERVAL = Duration.ofMinutes(1).toNanos();

    private final HttpConfig config;
    private final ClientAddress addresses;
    private final RequestTimeouts timeouts;
    private final Problems problems;
    private final int maxConnections;
    private final AtomicInteger open = new AtomicInteger();
    private final KeyedCounter<String> openByAddress;
    private final AtomicLong lastLog = new AtomicLong(System.nanoTime() - LOG_INTERVAL);
    private final Counter refused;

    ConnectionLimiter(
            HttpConfig config,
            RequestTimeouts timeouts,
            ClientAddress addresses,
            Problems problems,
            MeterRegistry meters) {
        this.config = config;
        this.addresses = addresses;
        this.timeouts = timeouts;
        this.problems = problems;
        this.maxConnections =
                FileDescriptorLimit.ofThisProcess().connectionsFor(config.maxConnections());
        this.openByAddress = new KeyedCounter<>(config.maxConnectionsPerAddress());
        Gauge.builder("parley.http.connections", open, AtomicInteger::get)
                .description("Open connections of the API")
                .register(meters);
        this.refused =
                Counter.builder("parley.http.connections.refused")
                        .description("Connections that were closed because a limit was reached")
                        .register(meters);
    }

    /** The handler of a listening socket; each message it receives is a new connection. */
    ChannelHandler of(HttpServerOptions server) {
        return new Acceptor(server);
    }

    private boolean admit(Channel connection) {
        if (open.incrementAndGet() > maxConnections) {
            open.decrementAndGet();
            refuse("in all", maxConnections, "parley.http.max-connections");
            return false;
        }
        String address = addressOf(connection);
        boolean isProxy = address.isEmpty();
        if (!isProxy && !openByAddress.tryIncrement(address)) {
            open.decrementAndGet();
            refuse(
                    "from one address",
                    config.maxConnectionsPerAddress(),
                    "parley.http.max-connections-per-address");
            return false;
        }
        connection
                .closeFuture()
                .addListener(closed -> {
                    open.decrementAndGet();
                    openByAddress.decrement(address);
                });
        return true;
    }

    /** The client's address or network; empty for a proxy. */
    private String addressOf(Channel connection) {
        if (connection.remoteAddress() instanceof InetSocketAddress remote) {
            InetAddress address = remote.getAddress();
            return addresses.isTrusted(address) ? "" : ClientAddress.text(address);
        }
        return "";
    }

    private void refuse(String where, int limit, String setting) {
        refused.increment();
        long now = System.nanoTime();
        long last = lastLog.get();
        if (now - last >= LOG_INTERVAL && lastLog.compareAndSet(last, now)) {
            Log.warnf(
                    "Refusing connections: %d are open %s, as many as %s allows"
                            + " (logged once a minute)",
                    limit, where, setting);
        }
    }

    private final class Acceptor extends ChannelInboundHandlerAdapter {

        private final HttpServerOptions server;

        private Acceptor(HttpServerOptions server) {
            this.server = server;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            Channel connection = (Channel) message;
            if (admit(connection)) {
                connection.pipeline().addFirst(new FirstBytesHandler(server, timeouts, problems));
                context.fireChannelRead(message);
            } else {
                connection.unsafe().closeForcibly();
            }
        }
    }
}
