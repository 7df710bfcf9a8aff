package dev.parley.turn.engine;

import dev.parley.turn.StopReason;
import dev.parley.turn.TurnConfig;
import io.quarkus.logging.Log;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The end of the process: turns that run are waited for, then interrupted with what they have said,
 * so that none is left to its lease.
 *
 * <p>It begins when the process is told to stop, while it still serves: readiness is down by then.
 */
@ApplicationScoped
public class GracefulShutdown {

    private static final int BEFORE_EVERYTHING_STOPS = 1;
    private static final Duration TO_WRITE_DOWN = Duration.ofSeconds(5);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(25);

    private final TurnLimiter inFlight;
    private final RunningTurnRegistry running;
    private final TurnConfig config;
    private final Event<ShutdownStarted> begun;
    private final AtomicReference<@Nullable Thread> draining = new AtomicReference<>();
    private volatile long interruptsAt;
    private volatile boolean closed;

    GracefulShutdown(
            TurnLimiter inFlight,
            RunningTurnRegistry running,
            TurnConfig config,
            Event<ShutdownStarted> begun) {
        this.inFlight = inFlight;
        this.running = running;
        this.config = config;
        this.begun = begun;
    }

    public boolean isDraining() {
        return draining.get() != null;
    }

    void onShutdownSignal(@Observes ShutdownDelayInitiatedEvent told) {
        begin();
    }

    /** Whether no turn is begun any more: a request that comes now is refused. */
    public boolean isRejecting() {
        return closed;
    }

    /**
     * Turns whose client has gone are no requests any more: the server's own drain does not wait
     * for them. Nor does it know the turns that were begun since the first wait was over.
     */
    void beforeEverythingStops(@Observes @Priority(BEFORE_EVERYTHING_STOPS) ShutdownEvent stop) {
        begin();
        Thread thread = draining.get();
        try {
            if (thread != null) {
                thread.join();
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
        closed = true;
        drain();
    }

    private void begin() {
        Thread thread = Thread.ofVirtual().name("drain").unstarted(this::drain);
        if (draining.compareAndSet(null, thread)) {
            interruptsAt = System.nanoTime() + config.drainTimeout().toNanos();
            thread.start();
            begun.fire(new ShutdownStarted());
        }
    }

    private void drain() {
        if (inFlight.count() > 0) {
            Log.infof(
                    "Waiting for %d turns to end, %d s at most",
                    inFlight.count(), config.drainTimeout().toSeconds());
        }
        if (!ended(interruptsAt, () -> {})) {
            closed = true;
            Log.warnf("Interrupting %d turns", running.all().size());
            long givesUpAt =
                    System.nanoTime() + config.interruptGrace().plus(TO_WRITE_DOWN).toNanos();
            if (!ended(givesUpAt, this::interruptAll)) {
                Log.errorf("Stopping although %d turns have not ended", inFlight.count());
            }
        }
    }

    private void interruptAll() {
        running.all().forEach(turn -> turn.stop(StopReason.SHUT_DOWN));
    }

    private boolean ended(long deadline, Runnable meanwhile) {
        while (inFlight.count() > 0) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            meanwhile.run();
            try {
                Thread.sleep(BETWEEN_LOOKS);
            } catch (InterruptedException interruption) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    /** The process has been told to stop. Observers return soon. */
    public record ShutdownStarted() {}
}
