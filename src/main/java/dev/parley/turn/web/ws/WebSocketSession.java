package dev.parley.turn.web.ws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.api.problem.InvalidRequest;
import dev.parley.platform.identity.Caller;
import dev.parley.platform.identity.UserId;
import dev.parley.ratelimit.LimitedAction;
import dev.parley.turn.InstanceShuttingDown;
import dev.parley.turn.TurnId;
import dev.parley.turn.stream.StreamEvent;
import dev.parley.turn.stream.TurnStream;
import dev.parley.turn.stream.remote.EventPump;
import dev.parley.turn.web.EventNumber;
import dev.parley.turn.web.StreamInterrupted;
import io.quarkus.logging.Log;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.websockets.next.CloseReason;
import io.quarkus.websockets.next.WebSocketConnection;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One open socket: the turns that it follows. Each has at most one message under way, so a slow
 * client gathers nothing here.
 */
final class WebSocketSession {

    private static final String TYPE = "type";
    private static final String REF = "ref";
    private static final String KEY = "idempotency_key";
    private static final int MAX_REF_LENGTH = 64;
    private static final int MAX_REQUESTED = 64;
    private static final Duration TO_READ = Duration.ofSeconds(10);

    private final WebSocketConnection connection;
    private final SecurityIdentity identity;
    private final WebSocketSessions sockets;
    private final UserId user;
    private final WebSocketCommands desk;
    private final WebSocketConfig config;
    private final Executor eventLoop;
    private final BlockingQueue<String> asked = new ArrayBlockingQueue<>(MAX_REQUESTED);
    private final AtomicBoolean working = new AtomicBoolean();
    private final Map<TurnId, Subscription> followed = new ConcurrentHashMap<>();
    private volatile boolean closed;
    private volatile boolean closesWhenDone;
    private final AtomicBoolean tellingUnread = new AtomicBoolean();
    private volatile long unreadTold = -1;
    private volatile long heardAt = System.nanoTime();
    private volatile long usedAt = System.nanoTime();

    WebSocketSession(
            WebSocketConnection connection,
            SecurityIdentity identity,
            WebSocketSessions sockets,
            WebSocketCommands desk,
            WebSocketConfig config) {
        this.connection = connection;
        this.identity = identity;
        this.sockets = sockets;
        this.user = identity.<Caller>getAttribute(Caller.ATTRIBUTE).id();
        this.desk = desk;
        this.config = config;
        this.eventLoop = desk.eventLoop();
    }

    WebSocketConnection connection() {
        return connection;
    }

    /** Takes a message to do what it asks, after those that came before. Returns at once. */
    void onMessage(String message) {
        isAlive();
        usedAt = System.nanoTime();
        if (!asked.offer(message)) {
            close(WebSocketSessions.TOO_FAST);
        } else if (working.compareAndSet(false, true)) {
            Thread.ofVirtual().name("socket-" + connection.id()).start(this::work);
        }
    }

    private void work() {
        do {
            for (String message = asked.poll(); message != null; message = asked.poll()) {
                if (!closed) {
                    dispatch(message);
                }
            }
            working.set(false);
        } while (!asked.isEmpty() && working.compareAndSet(false, true));
    }

    /** What cannot be done is told by a problem. */
    private void dispatch(String message) {
        @Nullable String ref = null;
        try {
            ObjectNode asked = desk.read(message);
            ref = taken(asked, REF);
            if (ref != null && ref.length() > MAX_REF_LENGTH) {
                throw new InvalidRequest(
                        REF, "must not be longer than %d characters".formatted(MAX_REF_LENGTH));
            }
            @Nullable String type = taken(asked, TYPE);
            // Before the database is asked for anything
            desk.enter("chat".equals(type) ? LimitedAction.TURNS : LimitedAction.REQUESTS, user);
            desk.requireAuthenticated(identity);
            dispatch(asked, type, ref);
        } catch (AuthenticationFailedException failure) {
            close(WebSocketSessions.NOT_WELCOME);
        } catch (JsonProcessingException | RuntimeException failure) {
            answer(desk.problem(failure, ref));
        }
    }

    private void close(CloseReason reason) {
        sockets.end(this, reason);
    }

    /** Waits until it is sent: a client that asks and does not read is not asked on. */
    private void answer(ObjectNode message) {
        try {
            connection.sendText(message.toString()).await().atMost(TO_READ);
        } catch (RuntimeException failure) {
            Log.debugf(failure, "The socket %s takes no answer", connection.id());
            close(WebSocketSessions.UNREAD);
        }
    }

    private void dispatch(ObjectNode asked, @Nullable String type, @Nullable String ref)
            throws JsonProcessingException {
        switch (type) {
            case "chat" -> {
                if (closesWhenDone) {
                    throw new InstanceShuttingDown();
                }
                requireRoom();
                @Nullable String key = taken(asked, KEY);
                follow(desk.begin(user, asked, key), 0, ref);
            }
            case "follow" -> {
                requireRoom();
                UUID turn = turn(asked);
                long after = EventNumber.of("after", number(asked));
                requireNothingElse(asked);
                follow(desk.find(user, turn), after, ref);
            }
            case "cancel" -> {
                UUID turn = turn(asked);
                requireNothingElse(asked);
                desk.cancel(user, turn);
            }
            case null, default ->
                    throw new InvalidRequest(TYPE, "must be one of chat, follow, cancel");
        }
    }

    UserId user() {
        return user;
    }

    /** Tells how many notifications were not read yet, where that has changed. */
    void tellUnread(long unread) {
        if (closed || unread == unreadTold || !tellingUnread.compareAndSet(false, true)) {
            return;
        }
        unreadTold = unread;
        connection
                .sendText(desk.unread(unread).toString())
                .subscribe()
                .with(sent -> tellingUnread.set(false), failure -> stopFollowing());
    }

    private void requireRoom() {
        if (followed.size() >= config.maxTurns()) {
            throw new InvalidRequest(
                    TYPE,
                    "must wait: a socket follows %d turns at most".formatted(config.maxTurns()));
        }
    }

    private static UUID turn(ObjectNode asked) {
        @Nullable String id = taken(asked, "turn_id");
        try {
            return UUID.fromString(String.valueOf(id));
        } catch (IllegalArgumentException failure) {
            throw new InvalidRequest("turn_id", "must be the id of a turn");
        }
    }

    private static @Nullable String number(ObjectNode asked) {
        return asked.path("after").isIntegralNumber()
                ? asked.remove("after").asText()
                : taken(asked, "after");
    }

    private static @Nullable String taken(ObjectNode asked, String field) {
        if (!asked.hasNonNull(field)) {
            asked.remove(field);
            return null;
        }
        if (!asked.get(field).isTextual()) {
            throw new InvalidRequest(field, "must be a text");
        }
        return asked.remove(field).textValue();
    }

    private static void requireNothingElse(ObjectNode asked) {
        if (!asked.isEmpty()) {
            throw new InvalidRequest(asked.fieldNames().next(), "is not known here");
        }
    }

    private void follow(TurnStream stream, long after, @Nullable String ref) {
        Subscription next = new Subscription(stream.id(), ref);
        Subscription before = followed.put(stream.id(), next);
        if (before != null) {
            before.stop();
        }
        next.start(stream, after);
        if (closed) {
            stopFollowing();
        }
    }

    /** Something was heard of the client, if only a pong. */
    void isAlive() {
        heardAt = System.nanoTime();
    }

    Duration silentFor() {
        return Duration.ofNanos(System.nanoTime() - heardAt);
    }

    Duration idleFor() {
        return followed.isEmpty() ? Duration.ofNanos(System.nanoTime() - usedAt) : Duration.ZERO;
    }

    void stopFollowing() {
        closed = true;
        followed.values().forEach(Subscription::stop);
        followed.clear();
    }

    /** The process stops: what runs here is told to its end first. */
    void closeWhenDone() {
        closesWhenDone = true;
        closeIfDone();
    }

    private void closeIfDone() {
        if (closesWhenDone && followed.isEmpty()) {
            close(connection, WebSocketSessions.STOPPING);
        }
    }

    static void close(WebSocketConnection connection, CloseReason reason) {
        connection
                .close(reason)
                .subscribe()
                .with(
                        done -> {},
                        failure ->
                                Log.debugf(failure, "The socket %s was closed", connection.id()));
    }

    private void send(ObjectNode message) {
        if (!closed) {
            connection
                    .sendText(message.toString())
                    .subscribe()
                    .with(sent -> {}, failure -> stopFollowing());
        }
    }

    /** One turn, told over this socket. */
    private final class Subscription implements EventPump.Receiver {

        private final TurnId turn;
        private final @Nullable String ref;
        private volatile boolean sending;
        private volatile @Nullable EventPump pump;
        private volatile boolean stopped;

        Subscription(TurnId turn, @Nullable String ref) {
            this.turn = turn;
            this.ref = ref;
        }

        void start(TurnStream stream, long after) {
            EventPump started = desk.pump(stream, after, this, eventLoop);
            pump = started;
            if (stopped) {
                started.close();
            } else {
                started.signal();
            }
        }

        void stop() {
            stopped = true;
            EventPump started = pump;
            if (started != null) {
                started.close();
            }
        }

        @Override
        public boolean isReady() {
            return !sending && !stopped && pump != null;
        }

        @Override
        public void take(TurnStream stream, StreamEvent event) {
            sending = true;
            ObjectNode data = desk.events().data(stream, event);
            data.put("number", event.number());
            if (ref != null) {
                data.put(REF, ref);
            }
            connection
                    .sendText(data.toString())
                    .subscribe()
                    .with(sent -> ready(), failure -> stopFollowing());
        }

        private void ready() {
            sending = false;
            EventPump started = pump;
            if (started != null) {
                started.signal();
            }
        }

        @Override
        public void over(boolean whole) {
            if (!whole) {
                send(desk.problem(new StreamInterrupted(), ref).put("turn_id", turn.toString()));
            }
            followed.remove(turn, this);
            usedAt = System.nanoTime();
            closeIfDone();
        }
    }
}
