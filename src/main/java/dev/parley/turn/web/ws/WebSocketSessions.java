package dev.parley.turn.web.ws;

import dev.parley.platform.concurrent.KeyedCounter;
import dev.parley.platform.identity.UserId;
import dev.parley.platform.jobs.Deadline;
import dev.parley.platform.jobs.Job;
import dev.parley.turn.engine.GracefulShutdown;
import dev.parley.turn.web.Listener;
import io.micrometer.core.instrument.Counter;
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
class WebSocketSessions implements Job, Listener.Source {

    static final CloseReason STOPPING = new CloseReason(1001, "stopping");
    static final CloseReason BROKEN = new CloseReason(1011, "broken");
    static final CloseReason UNAUTHENTICATED = new CloseReason(1008, "sign in again");
    static final CloseReason NOT_READING = new CloseReason(1008, "messages are not read");
    static final CloseReason TOO_FAST = new CloseReason(1008, "too many messages at once");
    static final CloseReason NOT_TEXT = new CloseReason(1003, "send text");
    static final CloseReason TOO_LARGE = new CloseReason(1009, "message too large");
    private static final CloseReason TOO_MANY = new CloseReason(1013, "too many WebSockets");
    private static final CloseReason TOO_MANY_OF_ACCOUNT =
            new CloseReason(1013, "too many WebSockets of this account");
    private static final CloseReason TOO_MANY_FROM_ADDRESS =
            new CloseReason(1013, "too many WebSockets from this address");
    private static final CloseReason DEAD = new CloseReason(1001, "no pong");
    private static final CloseReason IDLE = new CloseReason(1000, "idle");

    private final Map<String, WebSocketSession> open = new ConcurrentHashMap<>();
    private final KeyedCounter<UserId> byAccount;
    private final KeyedCounter<String> byAddress;
    private final WebSocketCommands commands;
    private final WebSocketConfig config;
    private final MeterRegistry meters;
    private volatile boolean stopping;

    WebSocketSessions(WebSocketCommands commands, WebSocketConfig config, MeterRegistry meters) {
        this.commands = commands;
        this.config = config;
        this.meters = meters;
        this.byAccount = new KeyedCounter<>(config.maxPerAccount());
        this.byAddress = new KeyedCounter<>(config.maxPerAddress());
        Gauge.builder("parley.websockets.open", open, Map::size)
                .description("Open WebSockets")
                .register(meters);
    }

    void open(WebSocketConnection connection, SecurityIdentity identity) {
        if (stopping) {
            WebSocketSession.close(connection, STOPPING);
        } else if (open.size() >= config.maxOpen()) {
            refuse(connection, TOO_MANY, "process");
        } else {
            openWithinBounds(new WebSocketSession(connection, identity, this, commands, config));
        }
    }

    private void openWithinBounds(WebSocketSession session) {
        WebSocketConnection connection = session.connection();
        if (!byAccount.tryIncrement(session.user())) {
            refuse(connection, TOO_MANY_OF_ACCOUNT, "account");
        } else if (!byAddress.tryIncrement(session.address())) {
            byAccount.decrement(session.user());
            refuse(connection, TOO_MANY_FROM_ADDRESS, "address");
        } else {
            open.put(connection.id(), session);
            if (connection.isClosed()) {
                remove(connection);
            }
        }
    }

    private void refuse(WebSocketConnection connection, CloseReason reason, String bound) {
        Counter.builder("parley.websockets.refused")
                .description("WebSockets that were closed because too many were open")
                .tag("bound", bound)
                .register(meters)
                .increment();
        WebSocketSession.close(connection, reason);
    }

    Optional<WebSocketSession> of(WebSocketConnection connection) {
        return Optional.ofNullable(open.get(connection.id()));
    }

    /** Removes the session of a closed connection; its turns continue. */
    void remove(WebSocketConnection connection) {
        WebSocketSession session = open.remove(connection.id());
        if (session != null) {
            byAccount.decrement(session.user());
            byAddress.decrement(session.address());
            session.stopFollowing();
        }
    }

    /** All open sessions. */
    @Override
    public Collection<WebSocketSession> listeners() {
        return open.values();
    }

    void stop(@Observes GracefulShutdown.ShutdownStarted event) {
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
        for (WebSocketSession session : open.values()) {
            if (session.silentFor().compareTo(config.pongTimeout()) >= 0) {
                close(session, DEAD);
            } else if (session.idleFor().compareTo(config.idleTimeout()) >= 0) {
                close(session, IDLE);
            }
        }
    }

    void close(WebSocketSession session, CloseReason reason) {
        close(session.connection(), reason);
    }

    /** Removes the session at once, because a dead client never completes the close handshake. */
    void close(WebSocketConnection connection, CloseReason reason) {
        remove(connection);
        WebSocketSession.close(connection, reason);
    }
}
