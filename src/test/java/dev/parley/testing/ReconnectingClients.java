package dev.parley.testing;

import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** WebSockets of many clients, which connect again whenever they are refused or cut. */
public final class ReconnectingClients implements AutoCloseable {

    private static final long RETRY_MILLIS = 1_000;

    private final Vertx vertx = Vertx.vertx();
    private final WebSocketClient client;
    private final int port;
    private final Set<WebSocket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private ReconnectingClients(int port, int count) {
        this.port = port;
        this.client =
                vertx.createWebSocketClient(
                        new WebSocketClientOptions()
                                .setMaxConnections(count)
                                .setConnectTimeout(60_000));
    }

    /** Lets all clients connect at once; the users take turns. */
    public static ReconnectingClients connecting(int port, List<String> tokens, int count) {
        ReconnectingClients clients = new ReconnectingClients(port, count);
        for (int i = 0; i < count; i++) {
            clients.connect(tokens.get(i % tokens.size()));
        }
        return clients;
    }

    private void connect(String token) {
        WebSocketConnectOptions options =
                new WebSocketConnectOptions()
                        .setHost("localhost")
                        .setPort(port)
                        .setURI("/api/ws")
                        .putHeader("Authorization", "Bearer " + token);
        client.connect(options)
                .onSuccess(socket -> {
                    open.add(socket);
                    socket.closeHandler(_ -> {
                        open.remove(socket);
                        reconnect(token, 1);
                    });
                })
                .onFailure(_ -> reconnect(token, RETRY_MILLIS));
    }

    private void reconnect(String token, long afterMillis) {
        if (!closed) {
            vertx.setTimer(afterMillis, _ -> connect(token));
        }
    }

    public int open() {
        return open.size();
    }

    @Override
    public void close() {
        closed = true;
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
