package dev.parley.turn.web.ws;

import io.quarkus.logging.Log;
import io.quarkus.security.Authenticated;
import io.quarkus.security.identity.CurrentIdentityAssociation;
import io.quarkus.websockets.next.OnBinaryMessage;
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
 * Turns over one WebSocket, several at a time. The token is checked when the WebSocket opens: it is
 * in the {@code Authorization} header, or is a sub-protocol, see {@link WebSocketTokenFilter}.
 *
 * <p>Every callback returns at once, because the framework queues the messages that arrive during a
 * callback, without a bound.
 */
@WebSocket(path = TurnWebSocket.PATH)
@Authenticated
class TurnWebSocket {

    static final String PATH = "/api/ws";

    private final WebSocketSessions sessions;
    private final CurrentIdentityAssociation identity;

    TurnWebSocket(WebSocketSessions sessions, CurrentIdentityAssociation identity) {
        this.sessions = sessions;
        this.identity = identity;
    }

    @OnOpen
    @NonBlocking
    void open(WebSocketConnection connection) {
        sessions.open(connection, identity.getIdentity());
    }

    @OnTextMessage
    @NonBlocking
    void onMessage(WebSocketConnection connection, String message) {
        sessions.of(connection).ifPresent(session -> session.onMessage(message));
    }

    @OnBinaryMessage
    @NonBlocking
    void onBinaryMessage(WebSocketConnection connection, Buffer message) {
        sessions.close(connection, WebSocketSessions.NOT_TEXT);
    }

    @OnPongMessage
    @NonBlocking
    void onPong(WebSocketConnection connection, Buffer pong) {
        sessions.of(connection).ifPresent(WebSocketSession::markAlive);
    }

    @OnClose
    @NonBlocking
    void close(WebSocketConnection connection) {
        sessions.remove(connection);
    }

    /**
     * A broken connection is logged for debugging only: it is normal, and the client's turns
     * continue.
     */
    @OnError
    @NonBlocking
    void fail(WebSocketConnection connection, Throwable failure) {
        Log.debugf(failure, "WebSocket %s failed", connection.id());
        sessions.remove(connection);
        if (connection.isOpen()) {
            WebSocketSession.close(
                    connection,
                    isTooLarge(failure) ? WebSocketSessions.TOO_LARGE : WebSocketSessions.BROKEN);
        }
    }

    /** Vert.x has no exception of its own for a fragmented message that is too large. */
    private static boolean isTooLarge(Throwable failure) {
        return failure instanceof IllegalStateException
                && String.valueOf(failure.getMessage()).contains("overflow max message size");
    }
}
