package dev.parley.turn.stream.remote;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.platform.cluster.RunnerConfig;
import dev.parley.platform.cluster.RunnerId;
import dev.parley.platform.cluster.RunnerMessage;
import dev.parley.platform.cluster.RunnerMessageReceived;
import dev.parley.platform.cluster.RunnerMessenger;
import dev.parley.platform.jobs.ProcessMode;
import dev.parley.turn.TurnId;
import dev.parley.turn.engine.RunningTurnRegistry;
import dev.parley.turn.stream.TurnStream;
import io.quarkus.logging.Log;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Sends the events of turns that run here to the replicas that follow the turns. All new events are
 * sent together, with one commit, so that many followed turns cost the database as much as one.
 */
@ApplicationScoped
class EventForwarder {

    /** Too short for a reader to notice, and long enough to relieve the database. */
    private static final Duration SEND_INTERVAL = Duration.ofMillis(30);

    private static final int MESSAGES_PER_TURN = 40;
    private static final int HEARTBEATS_WITHOUT_REQUEST = 4;

    private final Map<Key, Forwarded> forwardedTurns = new ConcurrentHashMap<>();
    private final Semaphore newEvents = new Semaphore(0);
    private final RunningTurnRegistry runningTurns;
    private final RunnerConfig config;
    private final RunnerMessenger messenger;
    private final ProcessMode processMode;
    private @Nullable Thread thread;

    EventForwarder(
            RunningTurnRegistry runningTurns,
            RunnerConfig config,
            RunnerMessenger messenger,
            ProcessMode processMode) {
        this.processMode = processMode;
        this.runningTurns = runningTurns;
        this.config = config;
        this.messenger = messenger;
    }

    void start(@Observes StartupEvent start) {
        if (processMode.isServing()) {
            thread = Thread.ofVirtual().name("forwarding").start(this::sendNewEvents);
        }
    }

    void stop(@Observes ShutdownEvent stop) {
        if (thread != null) {
            thread.interrupt();
        }
    }

    void onMessage(@Observes RunnerMessageReceived message) {
        JsonNode content = message.content();
        if (content.has(StreamMessages.FOLLOW)) {
            follow(
                    new Key(message.from(), StreamMessages.turn(content, StreamMessages.FOLLOW)),
                    Math.max(0, content.path(StreamMessages.AT).asInt()),
                    Math.max(0, content.path(StreamMessages.FIRST).asInt()));
        } else if (content.has(StreamMessages.UNFOLLOW)) {
            unfollow(
                    new Key(message.from(), StreamMessages.turn(content, StreamMessages.UNFOLLOW)));
        }
    }

    private void follow(Key key, int text, int offsets) {
        Optional<TurnStream> stream = runningTurns.stream(key.turn());
        Forwarded forwarded =
                forwardedTurns.compute(
                        key,
                        (_, current) -> {
                            Forwarded next =
                                    current != null && current.forwards(stream)
                                            ? current
                                            : new Forwarded(key.to(), key.turn(), stream);
                            // Set before other threads can see the entry
                            next.resumeFrom(text, offsets);
                            return next;
                        });
        forwarded.subscribe(newEvents::release);
        newEvents.release();
    }

    private void unfollow(Key key) {
        Forwarded forwarded = forwardedTurns.remove(key);
        if (forwarded != null) {
            forwarded.close();
        }
    }

    private void sendNewEvents() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                newEvents.acquire();
                newEvents.drainPermits();
                sendOnce();
                Thread.sleep(SEND_INTERVAL);
            }
        } catch (InterruptedException interruption) {
            Log.debug("Event forwarding ends", interruption);
        }
    }

    private void sendOnce() {
        long maxSilence = config.heartbeatInterval().toNanos() * HEARTBEATS_WITHOUT_REQUEST;
        List<RunnerMessage> messages = new ArrayList<>();
        forwardedTurns.forEach((key, forwarded) -> {
            if (forwarded.sinceRequest() > maxSilence) {
                unfollow(key);
                return;
            }
            try {
                if (forwarded.write(messages, MESSAGES_PER_TURN)) {
                    unfollow(key);
                } else if (forwarded.hasMore()) {
                    newEvents.release();
                }
            } catch (RuntimeException failure) {
                Log.errorf(
                        failure,
                        "Events of turn %s are no longer sent to runner %s",
                        key.turn(),
                        key.to());
                unfollow(key);
            }
        });
        try {
            messenger.send(messages);
        } catch (RuntimeException failure) {
            // The followers detect the gap, or request the events again with the next heartbeat
            Log.debug("Events of turns were not sent", failure);
        }
    }

    private record Key(RunnerId to, TurnId turn) {}

    /** One turn whose events are sent to one replica. */
    private static final class Forwarded implements AutoCloseable {

        private final RunnerId to;
        private final TurnId turn;
        private final @Nullable TurnStream stream;
        private TurnStream.@Nullable Subscription subscription;
        private int text;
        private int offsets;
        private long requestedAt;
        private boolean closed;

        Forwarded(RunnerId to, TurnId turn, Optional<TurnStream> stream) {
            this.to = to;
            this.turn = turn;
            this.stream = stream.orElse(null);
        }

        boolean forwards(Optional<TurnStream> other) {
            return stream != null && other.isPresent() && other.get() == stream;
        }

        synchronized void resumeFrom(int fromText, int fromOffset) {
            text = fromText;
            offsets = fromOffset;
            requestedAt = System.nanoTime();
        }

        synchronized void subscribe(Runnable newEvents) {
            if (stream != null && subscription == null && !closed) {
                subscription = stream.subscribe(newEvents);
            }
        }

        synchronized long sinceRequest() {
            return System.nanoTime() - requestedAt;
        }

        synchronized boolean hasMore() {
            return stream != null && offsets < stream.eventCount();
        }

        /**
         * Adds messages with new events.
         *
         * @return whether the last message of the turn was added
         */
        synchronized boolean write(List<RunnerMessage> messages, int limit) {
            if (stream == null) {
                messages.add(StreamMessages.over(to, turn));
                return true;
            }
            boolean isOver = stream.hasEnded() || stream.detachReason().isPresent();
            int eventCount = Math.max(offsets, stream.eventCount());
            int length = Math.max(text, stream.length());
            int written = 0;
            while (text < length && written < limit) {
                RunnerMessage piece = StreamMessages.text(to, stream, text, length);
                text += StreamMessages.lengthOf(piece);
                messages.add(piece);
                written++;
            }
            int sent = offsets;
            while (sent < eventCount && stream.textEnd(sent) <= text) {
                sent++;
            }
            messages.addAll(StreamMessages.offsets(to, stream, offsets, sent));
            offsets = sent;
            if (isOver && offsets == eventCount) {
                messages.add(StreamMessages.over(to, turn));
                return true;
            }
            return false;
        }

        @Override
        public synchronized void close() {
            closed = true;
            if (subscription != null) {
                subscription.close();
            }
        }
    }
}
