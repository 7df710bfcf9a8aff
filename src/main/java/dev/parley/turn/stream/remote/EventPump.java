package dev.parley.turn.stream.remote;

import dev.parley.turn.stream.StreamEvent;
import dev.parley.turn.stream.TurnStream;
import io.quarkus.logging.Log;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Hands a turn's events to one receiver, in order, one at a time, when it is ready for the next. It
 * keeps nothing but a number: what a slow receiver has missed is joined by the stream. Where the
 * turn moves to another replica, it goes after it.
 */
public final class EventPump implements AutoCloseable {

    private final TurnStreams following;
    private final Receiver receiver;
    private final Executor executor;
    private final AtomicInteger signals = new AtomicInteger();
    private volatile TurnStream stream;
    private final AtomicReference<TurnStream.@Nullable Subscription> followed =
            new AtomicReference<>();
    private volatile boolean moving;
    private volatile boolean closed;
    private long position;

    private EventPump(
            TurnStreams following,
            TurnStream stream,
            long after,
            Receiver receiver,
            Executor executor) {
        this.following = following;
        this.stream = stream;
        this.position = after;
        this.receiver = receiver;
        this.executor = executor;
    }

    /**
     * Begins to hand over.
     *
     * @param after the number of the last event that the receiver has seen; 0 for none
     * @param executor runs what is to be done for the receiver; one task at a time is given to it
     */
    public static EventPump start(
            TurnStreams following,
            TurnStream stream,
            long after,
            Receiver receiver,
            Executor executor) {
        EventPump pump = new EventPump(following, stream, after, receiver, executor);
        pump.attach(stream);
        return pump;
    }

    /** The receiver may be ready for more. */
    public void signal() {
        if (signals.getAndIncrement() == 0) {
            executor.execute(this::work);
        }
    }

    /** Hands over no more. The turn goes on. */
    @Override
    public void close() {
        closed = true;
        detach();
    }

    private void work() {
        int seen = 0;
        do {
            seen = signals.get();
            try {
                if (!closed && !moving) {
                    hand();
                }
            } catch (RuntimeException failure) {
                Log.errorf(failure, "Turn %s cannot be told any further", stream.id());
                detach();
                over(false);
            }
        } while (signals.addAndGet(-seen) != 0);
    }

    private void hand() {
        TurnStream at = stream;
        while (receiver.isReady() && !closed) {
            Optional<StreamEvent> next = at.nextAfter(position);
            if (next.isEmpty()) {
                break;
            }
            position = next.get().number();
            receiver.take(at, next.get());
        }
        if (!closed && at.nextAfter(position).isEmpty() && at.isOver(position)) {
            detach();
            if (at.detachReason().isPresent()) {
                moving = true;
                goAfter(at);
            } else {
                over(true);
            }
        }
    }

    private void goAfter(TurnStream gone) {
        Thread.ofVirtual()
                .name("events-" + gone.id())
                .start(() -> {
                    try {
                        attach(following.after(gone));
                    } catch (RuntimeException failure) {
                        Log.debugf(failure, "Turn %s cannot be followed any further", gone.id());
                        over(false);
                    }
                });
    }

    private void attach(TurnStream next) {
        stream = next;
        moving = false;
        // Told of news before the handle is kept, it may be over by then: nothing is lost with it
        TurnStream.Subscription handle = next.follow(this::signal);
        TurnStream.Subscription before = followed.getAndSet(handle);
        if (before != null) {
            before.close();
        }
        if (closed) {
            detach();
        }
    }

    private void detach() {
        TurnStream.Subscription handle = followed.getAndSet(null);
        if (handle != null) {
            handle.close();
        }
    }

    private void over(boolean whole) {
        if (!closed) {
            closed = true;
            receiver.over(whole);
        }
    }

    /** Takes events, never two at once. */
    public interface Receiver {

        /**
         * Whether it takes another just now; when it does again, it {@linkplain #signal signals}.
         */
        boolean isReady();

        void take(TurnStream stream, StreamEvent event);

        /**
         * There is no more.
         *
         * @param whole whether the turn's last event was handed over; else the receiver has to come
         *     again, with the number of the last event it saw
         */
        void over(boolean whole);
    }
}
