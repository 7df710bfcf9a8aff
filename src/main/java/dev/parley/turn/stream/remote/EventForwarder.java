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
 * Sends other replicas the events of turns that run here and are followed there. All events since
 * the last time go out together, with one commit, so that many followed turns cost the database no
 * more than one.
 */
@ApplicationScoped
class EventForwarder {

    /** A reader does not see it, and the database is spared. */
    private static final Duration BETWEEN_SENDINGS = Duration.ofMillis(30);

    private static final int MESSAGES_PER_TURN = 40;
    private static final int HEARTBEATS_WITHOUT_REQUEST = 4;

    private final Map<Key, Forwarded> forwards = new ConcurrentHashMap<>();
    private final Semaphore news = new Semaphore(0);
    private final RunningTurnRegistry running;
    private final RunnerConfig config;
    private final RunnerMessenger post;
    private final ProcessMode duty;
    private @Nullable Thread thread;

    EventForwarder(
            RunningTurnRegistry running,
            RunnerConfig config,
            RunnerMessenger post,
            ProcessMode duty) {
        this.duty = duty;
        this.running = running;
        this.config = config;
        this.post = post;
    }

    void start(@Observes StartupEvent start) {
        if (duty.isServing()) {
            thread = Thread.ofVirtual().name("forwarding").start(this::sendNewEvents);
        }
    }

    void stop(@Observes ShutdownEvent stop) {
        if (thread != null) {
            thread.interrupt();
        }
    }

    void onMessage(@Observes RunnerMessageReceived letter) {
        JsonNode content = letter.content();
        if (content.has(StreamMessages.FOLLOW)) {
            follow(
                    new Key(letter.from(), StreamMessages.turn(content, StreamMessages.FOLLOW)),
                    Math.max(0, content.path(StreamMessages.AT).asInt()),
                    Math.max(0, content.path(StreamMessages.FIRST).asInt()));
        } else if (content.has(StreamMessages.UNFOLLOW)) {
            forget(new Key(letter.from(), StreamMessages.turn(content, StreamMessages.UNFOLLOW)));
        }
    }

    private void follow(Key key, int text, int marks) {
        Optional<TurnStream> stream = running.stream(key.turn());
        Forwarded forward =
                forwards.compute(
                        key,
                        (same, known) -> {
                            Forwarded forwarded =
                                    known != null && known.tells(stream)
                                            ? known
                                            : new Forwarded(key.to(), key.turn(), stream);
                            // Before anybody else sees it
                            forwarded.from(text, marks);
                            return forwarded;
                        });
        forward.listen(news::release);
        news.release();
    }

    private void forget(Key key) {
        Forwarded forward = forwards.remove(key);
        if (forward != null) {
            forward.close();
        }
    }

    private void sendNewEvents() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                news.acquire();
                news.drainPermits();
                sendOnce();
                Thread.sleep(BETWEEN_SENDINGS);
            }
        } catch (InterruptedException interruption) {
            Log.debug("Forwarding ends", interruption);
        }
    }

    private void sendOnce() {
        long patience = config.heartbeatInterval().toNanos() * HEARTBEATS_WITHOUT_REQUEST;
        List<RunnerMessage> letters = new ArrayList<>();
        forwards.forEach((key, forward) -> {
            if (forward.askedAgo() > patience) {
                forget(key);
                return;
            }
            try {
                if (forward.write(letters, MESSAGES_PER_TURN)) {
                    forget(key);
                } else if (forward.hasMore()) {
                    news.release();
                }
            } catch (RuntimeException failure) {
                Log.errorf(failure, "Turn %s is not told to runner %s", key.turn(), key.to());
                forget(key);
            }
        });
        try {
            post.send(letters);
        } catch (RuntimeException failure) {
            // Followers notice the gap, or ask again with the next heartbeat
            Log.debug("News of turns was not sent", failure);
        }
    }

    private record Key(RunnerId to, TurnId turn) {}

    /** One turn, told to one replica. */
    private static final class Forwarded implements AutoCloseable {

        private final RunnerId to;
        private final TurnId turn;
        private final @Nullable TurnStream stream;
        private TurnStream.@Nullable Subscription followed;
        private int text;
        private int marks;
        private long askedAt;
        private boolean closed;

        Forwarded(RunnerId to, TurnId turn, Optional<TurnStream> stream) {
            this.to = to;
            this.turn = turn;
            this.stream = stream.orElse(null);
        }

        boolean tells(Optional<TurnStream> other) {
            return stream != null && other.isPresent() && other.get() == stream;
        }

        synchronized void from(int fromText, int fromMarks) {
            text = fromText;
            marks = fromMarks;
            askedAt = System.nanoTime();
        }

        synchronized void listen(Runnable news) {
            if (stream != null && followed == null && !closed) {
                followed = stream.follow(news);
            }
        }

        synchronized long askedAgo() {
            return System.nanoTime() - askedAt;
        }

        synchronized boolean hasMore() {
            return stream != null && marks < stream.eventCount();
        }

        /**
         * @return whether there is nothing more to tell
         */
        synchronized boolean write(List<RunnerMessage> letters, int most) {
            if (stream == null) {
                letters.add(StreamMessages.over(to, turn));
                return true;
            }
            boolean isOver = stream.hasEnded() || stream.detachReason().isPresent();
            int pieces = Math.max(marks, stream.eventCount());
            int length = Math.max(text, stream.length());
            int written = 0;
            while (text < length && written < most) {
                RunnerMessage piece = StreamMessages.text(to, stream, text, length);
                text += StreamMessages.lengthOf(piece);
                letters.add(piece);
                written++;
            }
            int told = marks;
            while (told < pieces && stream.endOf(told) <= text) {
                told++;
            }
            letters.addAll(StreamMessages.marks(to, stream, marks, told));
            marks = told;
            if (isOver && marks == pieces) {
                letters.add(StreamMessages.over(to, turn));
                return true;
            }
            return false;
        }

        @Override
        public synchronized void close() {
            closed = true;
            if (followed != null) {
                followed.close();
            }
        }
    }
}
