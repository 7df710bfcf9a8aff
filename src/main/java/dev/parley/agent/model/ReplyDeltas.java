package dev.parley.agent.model;

import dev.parley.agent.AgentEvent;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Joins the pieces of a reply, so that a model that sends single characters causes a bounded number
 * of events a second. The first piece passes at once, and a piece after a pause does too; the
 * pieces between are joined until {@link #flushAfter} is over.
 */
final class ReplyDeltas {

    private final Consumer<AgentEvent> events;
    private final long interval;
    private final LongSupplier nanoTime;
    private final StringBuilder pending = new StringBuilder();
    private long nextEvent;

    /**
     * @param interval the least time between two events
     * @param nanoTime the clock, as {@link System#nanoTime()}
     */
    ReplyDeltas(Consumer<AgentEvent> events, Duration interval, LongSupplier nanoTime) {
        this.events = events;
        this.interval = interval.toNanos();
        this.nanoTime = nanoTime;
        this.nextEvent = nanoTime.getAsLong();
    }

    void append(String text) {
        pending.append(text);
        if (nanoTime.getAsLong() - nextEvent >= 0) {
            flush();
        }
    }

    /** The time after which {@link #flush} has something to emit; not positive if it is due. */
    Duration flushAfter() {
        return pending.isEmpty()
                ? ChunkSink.NOTHING_HELD_BACK
                : Duration.ofNanos(nextEvent - nanoTime.getAsLong());
    }

    /** Emits what is pending. */
    void flush() {
        if (!pending.isEmpty()) {
            nextEvent = nanoTime.getAsLong() + interval;
            String text = pending.toString();
            pending.setLength(0);
            events.accept(new AgentEvent.ReplyDelta(text));
        }
    }
}
