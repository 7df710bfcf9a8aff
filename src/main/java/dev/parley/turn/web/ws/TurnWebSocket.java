package dev.parley.turn.web.ws;

import io.quarkus.logging.Log;
import io.quarkus.security.Authenticated;
import io.quarkus.security.identity.CurrentIdentityAssociation;
import io.quarkus.websockets.next.OnClose;
import io.quarkus.websockets.next.OnError;
import io.quarkus.websockets.next.OnOpen;
import io.quarkus.websockets.next.OnPongMessage;
import io.quarkus.websockets.next.OnTextMessage;
import io.quarkus.websockets.next.WebSocket;
import io.quarkus.websockets.next.WebSocketConnection;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.core.buffer.Buffer;

/**
 * The same turns over one socket, several at a time. The token is checked when it opens: in the
 * {@code Authorization} header, or as a sub-protocol, see {@link WebSocketTokenFilter}.
 *
 * <p>Everything here returns at once: the framework would queue, without a bound, the messages that
 * come while a callback works.
 */
@WebSocket(path = TurnWebSocket.PATH)
@Authenticated
class TurnWebSocket {

    static final String PATH = "/api/ws";

    private final WebSocketSessions sockets;
    private final CurrentIdentityAssociation identity;

    TurnWebSocket(WebSocketSessions sockets, CurrentIdentityAssociation identity) {
        this.sockets = sockets;
        this.identity = identity;
    }

    @OnOpen
    @NonBlocking
    void open(WebSocketConnection connection) {
        sockets.open(connection, identity.getIdentity());
    }

    @OnTextMessage
    @NonBlocking
    void onMessage(WebSocketConnection connection, String message) {
        sockets.of(connection).ifPresent(socket -> socket.onMessage(message));
    }

    @OnPongMessage
    void onPong(WebSocketConnection connection, Buffer pong) {
        sockets.of(connection).ifPresent(WebSocketSession::isAlive);
    }

    @OnClose
    @NonBlocking
    void close(WebSocketConnection connection) {
        sockets.closed(connection);
    }

    /** A client that breaks off is nobody's failure; what it had asked for goes on or is told. */
    @OnError
    @NonBlocking
    void fail(WebSocketConnection connection, Throwable failure) {
        Log.debugf(failure, "The socket %s broke", connection.id());
        sockets.closed(connection);
        if (connection.isOpen()) {
            WebSocketSession.close(connection, WebSocketSessions.BROKEN);
        }
    }
}
