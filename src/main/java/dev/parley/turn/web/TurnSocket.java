package dev.parley.turn.web;

import dev.parley.identity.CurrentCaller;
import dev.parley.identity.StillWelcome;
import io.quarkus.logging.Log;
import io.quarkus.security.Authenticated;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.websockets.next.OnClose;
import io.quarkus.websockets.next.OnError;
import io.quarkus.websockets.next.OnOpen;
import io.quarkus.websockets.next.OnPongMessage;
import io.quarkus.websockets.next.OnTextMessage;
import io.quarkus.websockets.next.WebSocket;
import io.quarkus.websockets.next.WebSocketConnection;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.buffer.Buffer;

/**
 * The same turns over one socket, several at a time. The token is checked when it opens: in the
 * {@code Authorization} header, or as a sub-protocol, see {@link SocketToken}.
 */
@WebSocket(path = TurnSocket.PATH)
@Authenticated
class TurnSocket {

    static final String PATH = "/api/ws";

    private final Sockets sockets;
    private final CurrentCaller caller;
    private final SecurityIdentity identity;
    private final StillWelcome stillWelcome;

    TurnSocket(
            Sockets sockets,
            CurrentCaller caller,
            SecurityIdentity identity,
            StillWelcome stillWelcome) {
        this.sockets = sockets;
        this.caller = caller;
        this.identity = identity;
        this.stillWelcome = stillWelcome;
    }

    @OnOpen
    @RunOnVirtualThread
    void open(WebSocketConnection connection) {
        sockets.open(connection, caller.id());
    }

    @OnTextMessage
    @RunOnVirtualThread
    void hear(WebSocketConnection connection, String message) {
        try {
            stillWelcome.require(identity);
        } catch (AuthenticationFailedException left) {
            sockets.closed(connection);
            Socket.close(connection, Sockets.NOT_WELCOME);
            return;
        }
        sockets.of(connection).ifPresent(socket -> socket.hear(message));
    }

    @OnPongMessage
    void hearPong(WebSocketConnection connection, Buffer pong) {
        sockets.of(connection).ifPresent(Socket::isAlive);
    }

    @OnClose
    void close(WebSocketConnection connection) {
        sockets.closed(connection);
    }

    /** A client that breaks off is nobody's failure; what it had asked for goes on or is told. */
    @OnError
    void fail(WebSocketConnection connection, Throwable failure) {
        Log.debugf(failure, "The socket %s broke", connection.id());
        sockets.closed(connection);
        connection.close().subscribe().with(closed -> {}, alreadyClosed -> {});
    }
}
