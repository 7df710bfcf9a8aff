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
 * Delivers a turn's events to one receiver, in order, one at a time, when the receiver is ready.
 * The pump keeps only the number of the last event: the stream joins the deltas that a slow
 * receiver missed. If the turn moves to another replica, the pump follows the turn.
 */
public final class EventPump implements AutoCloseable {

    private final TurnStreams streams;
    private final Receiver receiver;
    private final Executor executor;
    private final AtomicInteger signals = new AtomicInteger();
    private volatile TurnStream stream;
    private final AtomicReference<TurnStream.@Nullable Subscription> subscription =
            new AtomicReference<>();
    private volatile boolean moving;
    private volatile boolean closed;
    private long position;

    private EventPump(
            TurnStreams streams,
            TurnStream stream,
            long after,
            Receiver receiver,
            Executor executor) {
        this.streams = streams;
        this.stream = stream;
        this.position = after;
        this.receiver = receiver;
        this.executor = executor;
    }

    /**
     * Starts to deliver events.
     *
     * @param after the number of the last event that the receiver has seen; 0 for none
     * @param executor runs the deliveries to the receiver, one task at a time
     */
    public static EventPump start(
            TurnStreams streams,
            TurnStream stream,
            long after,
            Receiver receiver,
            Executor executor) {
        EventPump pump = new EventPump(streams, stream, after, receiver, executor);
        pump.attach(stream);
        return pump;
    }

    /** Signals that there may be new events, or that the receiver may be ready for more. */
    public void signal() {
        if (signals.getAndIncrement() == 0) {
            executor.execute(this::work);
        }
    }

    /** Stops the delivery. The turn continues. */
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
                    deliver();
                }
            } catch (RuntimeException failure) {
                Log.errorf(
                        failure,
                        "Turn %s: the delivery of its events failed; the client has to reconnect",
                        stream.id());
                detach();
                over(false);
            }
        } while (signals.addAndGet(-seen) != 0);
    }

    private void deliver() {
        TurnStream current = stream;
        while (receiver.isReady() && !closed) {
            Optional<StreamEvent> next = current.nextAfter(position);
            if (next.isEmpty()) {
                break;
            }
            position = next.get().number();
            receiver.accept(current, next.get());
        }
        if (!closed && current.nextAfter(position).isEmpty() && current.isOver(position)) {
            detach();
            if (current.detachReason().isPresent()) {
                moving = true;
                followMovedTurn(current);
            } else {
                over(true);
            }
        }
    }

    private void followMovedTurn(TurnStream detached) {
        Thread.ofVirtual()
                .name("events-" + detached.id())
                .start(() -> {
                    try {
                        attach(streams.after(detached));
                    } catch (RuntimeException failure) {
                        Log.debugf(
                                failure,
                                "Turn %s cannot be followed any longer; the client has to"
                                        + " reconnect",
                                detached.id());
                        over(false);
                    }
                });
    }

    private void attach(TurnStream next) {
        stream = next;
        moving = false;
        // Subscribing signals at once, so the delivery may be over before the subscription is
        // stored: no event is lost then
        TurnStream.Subscription newSubscription = next.subscribe(this::signal);
        TurnStream.Subscription previous = subscription.getAndSet(newSubscription);
        if (previous != null) {
            previous.close();
        }
        if (closed) {
            detach();
        }
    }

    private void detach() {
        TurnStream.Subscription previous = subscription.getAndSet(null);
        if (previous != null) {
            previous.close();
        }
    }

    private void over(boolean whole) {
        if (!closed) {
            closed = true;
            receiver.complete(whole);
        }
    }

    /** Receives events, one at a time. */
    public interface Receiver {

        /**
         * Whether the receiver accepts another event now. When a receiver becomes ready again, it
         * calls {@link EventPump#signal}.
         */
        boolean isReady();

        void accept(TurnStream stream, StreamEvent event);

        /**
         * No more events follow.
         *
         * @param whole whether the turn's last event was delivered; otherwise the client has to
         *     resume with the number of the last event that it saw
         */
        void complete(boolean whole);
    }
}
