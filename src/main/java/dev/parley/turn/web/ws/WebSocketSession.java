package dev.parley.turn.web.ws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.api.problem.InvalidRequest;
import dev.parley.api.websocket.WebSocketQuery;
import dev.parley.platform.identity.Caller;
import dev.parley.platform.identity.UserId;
import dev.parley.ratelimit.LimitedAction;
import dev.parley.turn.InstanceShuttingDown;
import dev.parley.turn.TurnId;
import dev.parley.turn.stream.StreamEvent;
import dev.parley.turn.stream.TurnStream;
import dev.parley.turn.stream.remote.EventPump;
import dev.parley.turn.web.EventNumber;
import dev.parley.turn.web.Listener;
import dev.parley.turn.web.StreamInterrupted;
import io.netty.buffer.ByteBufUtil;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One open WebSocket, and the turns that it follows. Each turn has at most one message in flight,
 * so events do not accumulate here for a slow client.
 */
final class WebSocketSession implements Listener {

    private static final String TYPE = "type";
    private static final String REF = "ref";
    private static final String KEY = "idempotency_key";
    private static final int MAX_REF_LENGTH = 64;
    private static final int MAX_PENDING = 64;
    private static final Duration SEND_TIMEOUT = Duration.ofSeconds(10);

    private final WebSocketConnection connection;
    private final SecurityIdentity identity;
    private final WebSocketSessions sessions;
    private final UserId user;
    private final String address;
    private final WebSocketCommands commands;
    private final WebSocketConfig config;
    private final Executor eventLoop;
    private final BlockingQueue<String> pending = new ArrayBlockingQueue<>(MAX_PENDING);
    private final AtomicLong pendingBytes = new AtomicLong();
    private final AtomicBoolean isExecuting = new AtomicBoolean();
    private final Map<TurnId, Subscription> subscriptions = new ConcurrentHashMap<>();
    private volatile CompletableFuture<@Nullable Void> lastSent =
            CompletableFuture.completedFuture(null);
    private volatile boolean closed;
    private volatile boolean closesWhenDone;
    private final AtomicBoolean isPushingUnread = new AtomicBoolean();
    private volatile long lastPushedUnread = -1;
    private volatile long lastReceivedAt = System.nanoTime();
    private volatile long lastUsedAt = System.nanoTime();

    WebSocketSession(
            WebSocketConnection connection,
            SecurityIdentity identity,
            WebSocketSessions sessions,
            WebSocketCommands commands,
            WebSocketConfig config) {
        this.connection = connection;
        this.identity = identity;
        this.sessions = sessions;
        this.user = identity.<Caller>getAttribute(Caller.ATTRIBUTE).id();
        this.address = identity.getAttribute(WebSocketHandshake.ADDRESS_ATTRIBUTE);
        this.commands = commands;
        this.config = config;
        this.eventLoop = commands.eventLoop();
    }

    WebSocketConnection connection() {
        return connection;
    }

    /** Queues a client's message; messages are executed one after the other. Returns at once. */
    void onMessage(String message) {
        markAlive();
        lastUsedAt = System.nanoTime();
        long bytes = pendingBytes.addAndGet(ByteBufUtil.utf8Bytes(message));
        if (bytes > config.maxQueuedSize().asLongValue() || !pending.offer(message)) {
            close(WebSocketSessions.TOO_FAST);
        } else if (isExecuting.compareAndSet(false, true)) {
            Thread.ofVirtual().name("socket-" + connection.id()).start(this::executePending);
        }
    }

    private void executePending() {
        do {
            for (String message = pending.poll(); message != null; message = pending.poll()) {
                pendingBytes.addAndGet(-ByteBufUtil.utf8Bytes(message));
                if (!closed && isRead()) {
                    dispatch(message);
                }
            }
            isExecuting.set(false);
        } while (!pending.isEmpty() && isExecuting.compareAndSet(false, true));
    }

    /** Executes a message. A failure is answered with a problem. */
    private void dispatch(String message) {
        @Nullable String ref = null;
        try {
            ObjectNode body = commands.parse(message);
            ref = removeText(body, REF);
            if (ref != null && ref.length() > MAX_REF_LENGTH) {
                throw new InvalidRequest(
                        REF, "must not be longer than %d characters".formatted(MAX_REF_LENGTH));
            }
            @Nullable String type = removeText(body, TYPE);
            // Before any access to the database
            commands.consumeRateLimit(
                    "chat".equals(type) ? LimitedAction.TURNS : LimitedAction.REQUESTS, user);
            commands.requireAuthenticated(identity);
            dispatch(body, type, ref);
        } catch (AuthenticationFailedException failure) {
            close(WebSocketSessions.UNAUTHENTICATED);
        } catch (JsonProcessingException | RuntimeException failure) {
            send(commands.problem(failure, ref), () -> {});
        }
    }

    private void close(CloseReason reason) {
        sessions.close(this, reason);
    }

    /**
     * Waits until all earlier messages to the client have left the process, so that no command runs
     * for a client that does not read: each could add a message to the memory of the process.
     */
    private boolean isRead() {
        try {
            lastSent.get(SEND_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException failure) {
            Log.debugf(failure, "WebSocket %s does not accept messages; closing", connection.id());
        }
        close(WebSocketSessions.NOT_READING);
        return false;
    }

    private void dispatch(ObjectNode body, @Nullable String type, @Nullable String ref)
            throws JsonProcessingException {
        switch (type) {
            case "chat" -> {
                if (closesWhenDone) {
                    throw new InstanceShuttingDown();
                }
                requireCapacity();
                @Nullable String key = removeText(body, KEY);
                follow(commands.openTurn(user, body, key), 0, ref);
            }
            case "follow" -> {
                requireCapacity();
                UUID turn = removeTurnId(body);
                long after = EventNumber.of("after", removeNumber(body));
                requireNoOtherFields(body);
                follow(commands.find(user, turn), after, ref);
            }
            case "cancel" -> {
                UUID turn = removeTurnId(body);
                requireNoOtherFields(body);
                commands.cancel(user, turn);
            }
            case "queue" -> {
                UUID conversation = removeConversationId(body);
                requireNoOtherFields(body);
                reply(commands.listQueue(user, conversation), ref);
            }
            case "remove" -> {
                UUID conversation = removeConversationId(body);
                UUID turn = removeTurnId(body);
                requireNoOtherFields(body);
                reply(commands.removeQueued(user, conversation, turn), ref);
            }
            case "edit" -> {
                UUID conversation = removeConversationId(body);
                UUID turn = removeTurnId(body);
                @Nullable String message = removeText(body, "message");
                requireNoOtherFields(body);
                reply(commands.editQueued(user, conversation, turn, message), ref);
            }
            case null, default -> {
                WebSocketQuery query = commands.query(type);
                requireNoOtherFields(body);
                reply(commands.answer(query, user), ref);
            }
        }
    }

    private void reply(ObjectNode message, @Nullable String ref) {
        if (ref != null) {
            message.put(REF, ref);
        }
        send(message, () -> {});
    }

    UserId user() {
        return user;
    }

    @Override
    public SecurityIdentity identity() {
        return identity;
    }

    @Override
    public void revoke() {
        sessions.close(this, WebSocketSessions.UNAUTHENTICATED);
    }

    /** The address of the client, see {@link dev.parley.api.filter.ClientAddress}. */
    String address() {
        return address;
    }

    /** Pushes the number of unread notifications, if it has changed. */
    void pushUnread(long unread) {
        if (closed || unread == lastPushedUnread || !isPushingUnread.compareAndSet(false, true)) {
            return;
        }
        lastPushedUnread = unread;
        send(commands.unread(unread), () -> isPushingUnread.set(false));
    }

    private void requireCapacity() {
        if (subscriptions.size() >= config.maxTurns()) {
            throw new InvalidRequest(
                    TYPE,
                    "must wait: a WebSocket follows at most %d turns at once"
                            .formatted(config.maxTurns()));
        }
    }

    private static UUID removeTurnId(ObjectNode body) {
        return removeId(body, "turn_id", "must be the id of a turn");
    }

    private static UUID removeConversationId(ObjectNode body) {
        return removeId(body, "conversation_id", "must be the id of a conversation");
    }

    private static UUID removeId(ObjectNode body, String field, String otherwise) {
        @Nullable String id = removeText(body, field);
        try {
            return UUID.fromString(String.valueOf(id));
        } catch (IllegalArgumentException failure) {
            throw new InvalidRequest(field, otherwise);
        }
    }

    private static @Nullable String removeNumber(ObjectNode body) {
        return body.path("after").isIntegralNumber()
                ? body.remove("after").asText()
                : removeText(body, "after");
    }

    private static @Nullable String removeText(ObjectNode body, String field) {
        if (!body.hasNonNull(field)) {
            body.remove(field);
            return null;
        }
        if (!body.get(field).isTextual()) {
            throw new InvalidRequest(field, "must be a string");
        }
        return body.remove(field).textValue();
    }

    private static void requireNoOtherFields(ObjectNode body) {
        if (!body.isEmpty()) {
            throw new InvalidRequest(body.fieldNames().next(), "is not a known field");
        }
    }

    private void follow(TurnStream stream, long after, @Nullable String ref) {
        Subscription next = new Subscription(stream.id(), ref);
        Subscription previous = subscriptions.put(stream.id(), next);
        if (previous != null) {
            previous.stop();
        }
        next.start(stream, after);
        if (closed) {
            stopFollowing();
        }
    }

    /** The client has sent a message or a pong. */
    void markAlive() {
        lastReceivedAt = System.nanoTime();
    }

    Duration silentFor() {
        return Duration.ofNanos(System.nanoTime() - lastReceivedAt);
    }

    Duration idleFor() {
        return subscriptions.isEmpty()
                ? Duration.ofNanos(System.nanoTime() - lastUsedAt)
                : Duration.ZERO;
    }

    void stopFollowing() {
        closed = true;
        subscriptions.values().forEach(Subscription::stop);
        subscriptions.clear();
    }

    /** The process stops: the WebSocket closes when all followed turns have ended. */
    void closeWhenDone() {
        closesWhenDone = true;
        closeIfDone();
    }

    private void closeIfDone() {
        if (closesWhenDone && subscriptions.isEmpty()) {
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
                                Log.debugf(
                                        failure,
                                        "WebSocket %s could not be closed; it may be closed"
                                                + " already",
                                        connection.id()));
    }

    /** Sends a message. If the client has gone, nothing is followed any more. */
    private void send(ObjectNode message, Runnable whenSent) {
        CompletableFuture<@Nullable Void> sent = new CompletableFuture<>();
        lastSent = sent;
        connection
                .sendText(message.toString())
                .subscribe()
                .with(
                        ignored -> {
                            sent.complete(null);
                            whenSent.run();
                        },
                        failure -> {
                            sent.completeExceptionally(failure);
                            stopFollowing();
                        });
    }

    /** Sends the events of one turn over this WebSocket. */
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
            EventPump started = commands.pump(stream, after, this, eventLoop);
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
        public void accept(TurnStream stream, StreamEvent event) {
            sending = true;
            ObjectNode data = commands.events().data(stream, event);
            data.put("number", event.number());
            if (ref != null) {
                data.put(REF, ref);
            }
            send(data, this::sendNext);
        }

        private void sendNext() {
            sending = false;
            EventPump started = pump;
            if (started != null) {
                started.signal();
            }
        }

        @Override
        public void complete(boolean whole) {
            if (!whole && !closed) {
                send(
                        commands.problem(new StreamInterrupted(), ref)
                                .put("turn_id", turn.toString()),
                        () -> {});
            }
            subscriptions.remove(turn, this);
            lastUsedAt = System.nanoTime();
            closeIfDone();
        }
    }
}
