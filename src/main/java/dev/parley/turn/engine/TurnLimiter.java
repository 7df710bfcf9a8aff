package dev.parley.turn.engine;

import dev.parley.turn.TooManyTurns;
import dev.parley.turn.TurnConfig;
import dev.parley.turn.TurnId;
import dev.parley.turn.memory.TurnMemory;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** Counts and limits the turns in flight in this process, by their number and their memory. */
@Singleton
public class TurnLimiter {

    private final int limit;
    private final Semaphore permits;
    private final TurnMemory memory;

    TurnLimiter(TurnConfig config, TurnMemory memory, MeterRegistry meters) {
        this.limit = config.maxInFlight();
        this.permits = new Semaphore(limit);
        this.memory = memory;
        Gauge.builder("parley.turns.in.flight", this, TurnLimiter::count)
                .description("Turns that this process is opening, running or settling")
                .register(meters);
        Gauge.builder("parley.turns.utilization", this, TurnLimiter::utilization)
                .description(
                        "Share of the turns in flight that this process accepts, by number or by"
                                + " memory, whichever is greater")
                .register(meters);
    }

    /**
     * A permit for a turn whose history is read later.
     *
     * @throws TooManyTurns if no permit or no memory is left
     */
    public Permit acquire() {
        return acquire(memory::allocate);
    }

    /**
     * A permit for a turn that is to be opened.
     *
     * @throws TooManyTurns if no permit or no memory is left
     */
    public Permit acquire(TurnId turn) {
        return acquire(() -> memory.allocate(turn));
    }

    private Permit acquire(Supplier<TurnMemory.Allocation> allocation) {
        if (!permits.tryAcquire()) {
            throw TooManyTurns.ofNumber(limit);
        }
        try {
            return new Permit(allocation.get());
        } catch (TooManyTurns failure) {
            permits.release();
            throw failure;
        }
    }

    public int count() {
        return limit - permits.availablePermits();
    }

    private double utilization() {
        return Math.max((double) count() / limit, memory.utilization());
    }

    /** The permit of one turn; a second release has no effect. */
    public final class Permit {

        private final AtomicBoolean released = new AtomicBoolean();
        private final TurnMemory.Allocation memory;

        private Permit(TurnMemory.Allocation memory) {
            this.memory = memory;
        }

        /** The memory of the turn. */
        TurnMemory.Allocation memory() {
            return memory;
        }

        public void release() {
            if (released.compareAndSet(false, true)) {
                memory.free();
                permits.release();
            }
        }
    }
}
