package dev.parley.turn.web.ws;

import dev.parley.platform.jobs.Deadline;
import dev.parley.platform.jobs.Job;
import dev.parley.turn.engine.GracefulShutdown;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.websockets.next.CloseReason;
import io.quarkus.websockets.next.WebSocketConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** All open WebSockets; closes dead and idle ones. */
@ApplicationScoped
class WebSocketSessions implements Job {

    static final CloseReason STOPPING = new CloseReason(1001, "stopping");
    static final CloseReason BROKEN = new CloseReason(1011, "broken");
    static final CloseReason NOT_WELCOME = new CloseReason(1008, "sign in again");
    static final CloseReason UNREAD = new CloseReason(1008, "answers are not read");
    static final CloseReason TOO_FAST = new CloseReason(1008, "too many messages at once");
    private static final CloseReason TOO_MANY = new CloseReason(1013, "too many sockets");
    private static final CloseReason DEAD = new CloseReason(1001, "no pong");
    private static final CloseReason IDLE = new CloseReason(1000, "idle");

    private final Map<String, WebSocketSession> open = new ConcurrentHashMap<>();
    private final WebSocketCommands desk;
    private final WebSocketConfig config;
    private volatile boolean stopping;

    WebSocketSessions(WebSocketCommands desk, WebSocketConfig config, MeterRegistry meters) {
        this.desk = desk;
        this.config = config;
        Gauge.builder("parley.websockets.open", open, Map::size)
                .description("Open sockets")
                .register(meters);
    }

    void open(WebSocketConnection connection, SecurityIdentity identity) {
        if (stopping) {
            WebSocketSession.close(connection, STOPPING);
        } else if (open.size() >= config.maxOpen()) {
            WebSocketSession.close(connection, TOO_MANY);
        } else {
            open.put(
                    connection.id(),
                    new WebSocketSession(connection, identity, this, desk, config));
            if (connection.isClosed()) {
                closed(connection);
            }
        }
    }

    Optional<WebSocketSession> of(WebSocketConnection connection) {
        return Optional.ofNullable(open.get(connection.id()));
    }

    /** Leaves nothing behind but the turns, which go on. */
    void closed(WebSocketConnection connection) {
        WebSocketSession socket = open.remove(connection.id());
        if (socket != null) {
            socket.stopFollowing();
        }
    }

    /** All that are open. */
    Collection<WebSocketSession> all() {
        return open.values();
    }

    void stop(@Observes GracefulShutdown.ShutdownStarted begun) {
        stopping = true;
        open.values().forEach(WebSocketSession::closeWhenDone);
    }

    @Override
    public String name() {
        return "close-idle-websockets";
    }

    @Override
    public Duration interval() {
        return Duration.ofSeconds(2);
    }

    @Override
    public Duration timeout() {
        return Duration.ofSeconds(5);
    }

    @Override
    public void run(Deadline deadline) {
        for (WebSocketSession socket : open.values()) {
            if (socket.silentFor().compareTo(config.pongTimeout()) >= 0) {
                end(socket, DEAD);
            } else if (socket.idleFor().compareTo(config.idleTimeout()) >= 0) {
                end(socket, IDLE);
            }
        }
    }

    /** Forgotten at once: a dead client never closes its side, so that nobody would tell us. */
    void end(WebSocketSession socket, CloseReason reason) {
        closed(socket.connection());
        WebSocketSession.close(socket.connection(), reason);
    }
}
