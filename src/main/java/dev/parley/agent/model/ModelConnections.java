package dev.parley.agent.model;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The connections to one endpoint. Over TLS, the endpoint chooses HTTP/2 or HTTP/1.1 by ALPN (RFC
 * 7301); the first call finds out, since the two need pools of different sizes, and a pool that
 * expected HTTP/2 lets calls wait for connections that it may open.
 */
final class ModelConnections implements AutoCloseable {

    /** Number of streams that an HTTP/2 endpoint is expected to allow on one connection. */
    private static final int STREAMS_PER_CONNECTION = 100;

    /**
     * How long a connection may lie idle, in seconds: less than common model servers in the same
     * network allow (5 s), to which a new connection costs little.
     */
    private static final int IDLE_SECONDS = 4;

    /** The same for connections over TLS, whose endpoints allow a minute or more. */
    private static final int IDLE_SECONDS_WITH_TLS = 30;

    private final HttpClient plain;
    private final @Nullable HttpClient negotiating;
    private final Set<HttpConnection> used =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));
    private final ReentrantLock firstCall = new ReentrantLock();
    private volatile @Nullable HttpVersion chosen;

    /**
     * @param maxCalls calls at the same time
     */
    ModelConnections(Vertx vertx, boolean isSecure, int maxCalls) {
        int idleSeconds = isSecure ? IDLE_SECONDS_WITH_TLS : IDLE_SECONDS;
        HttpClientOptions options =
                new HttpClientOptions()
                        .setDecompressionSupported(false)
                        .setKeepAliveTimeout(idleSeconds)
                        .setHttp2KeepAliveTimeout(idleSeconds);
        PoolOptions pool =
                new PoolOptions()
                        .setHttp1MaxSize(maxCalls)
                        .setHttp2MaxSize(Math.max(1, maxCalls / STREAMS_PER_CONNECTION))
                        .setMaxWaitQueueSize(maxCalls);
        plain = vertx.httpClientBuilder().with(options).with(pool).build();
        negotiating =
                isSecure
                        ? vertx.httpClientBuilder()
                                .with(
                                        new HttpClientOptions(options)
                                                .setUseAlpn(true)
                                                .setProtocolVersion(HttpVersion.HTTP_2))
                                .with(pool)
                                .build()
                        : null;
    }

    /**
     * Connects without sending anything.
     *
     * @throws IOException if connecting fails
     */
    HttpExchange connect(RequestOptions options, long millis)
            throws IOException, InterruptedException, TimeoutException {
        HttpClient client = negotiating;
        if (client == null || chosen == HttpVersion.HTTP_1_1) {
            return HttpExchange.connect(plain, used, options, millis);
        }
        if (chosen != null) {
            return negotiate(client, options, millis);
        }
        if (!firstCall.tryLock(millis, TimeUnit.MILLISECONDS)) {
            throw new TimeoutException("No connection within the timeout");
        }
        try {
            if (chosen == null) {
                return negotiate(client, options, millis);
            }
        } finally {
            firstCall.unlock();
        }
        return connect(options, millis);
    }

    private HttpExchange negotiate(HttpClient client, RequestOptions options, long millis)
            throws IOException, InterruptedException, TimeoutException {
        HttpExchange exchange = HttpExchange.connect(client, used, options, millis);
        chosen = exchange.version();
        return exchange;
    }

    @Override
    public void close() {
        plain.close();
        if (negotiating != null) {
            negotiating.close();
        }
    }
}
