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
 * Shuts down gracefully: waits for running turns to end, then interrupts the remaining turns and
 * stores their partial replies, so that no turn has to wait until this process's lease expires.
 *
 * <p>Draining starts at the shutdown signal, while the process still serves requests; readiness is
 * down by then.
 */
@ApplicationScoped
public class GracefulShutdown {

    private static final int BEFORE_OTHER_OBSERVERS = 1;
    private static final Duration SETTLE_TIME = Duration.ofSeconds(5);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(25);

    private final TurnLimiter limiter;
    private final RunningTurnRegistry runningTurns;
    private final TurnConfig config;
    private final Event<ShutdownStarted> shutdownStarted;
    private final AtomicReference<@Nullable Thread> drainThread = new AtomicReference<>();
    private volatile long interruptDeadline;
    private volatile boolean rejecting;

    GracefulShutdown(
            TurnLimiter limiter,
            RunningTurnRegistry runningTurns,
            TurnConfig config,
            Event<ShutdownStarted> shutdownStarted) {
        this.limiter = limiter;
        this.runningTurns = runningTurns;
        this.config = config;
        this.shutdownStarted = shutdownStarted;
    }

    public boolean isDraining() {
        return drainThread.get() != null;
    }

    void onShutdownSignal(@Observes ShutdownDelayInitiatedEvent event) {
        startDraining();
    }

    /** Whether new turns are rejected. */
    public boolean isRejecting() {
        return rejecting;
    }

    /**
     * Waits again. The server's own drain waits for requests only: neither for turns whose client
     * has disconnected, nor for turns that were started after the first wait was over.
     */
    void onShutdown(@Observes @Priority(BEFORE_OTHER_OBSERVERS) ShutdownEvent event) {
        startDraining();
        Thread thread = drainThread.get();
        try {
            if (thread != null) {
                thread.join();
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
        rejecting = true;
        drain();
    }

    private void startDraining() {
        Thread thread = Thread.ofVirtual().name("drain").unstarted(this::drain);
        if (drainThread.compareAndSet(null, thread)) {
            interruptDeadline = System.nanoTime() + config.drainTimeout().toNanos();
            thread.start();
            shutdownStarted.fire(new ShutdownStarted());
        }
    }

    private void drain() {
        if (limiter.count() > 0) {
            Log.infof(
                    "Shutdown: waiting for %d turns to end, %d s at most",
                    limiter.count(), config.drainTimeout().toSeconds());
        }
        if (!awaitAllEnded(interruptDeadline, () -> {})) {
            rejecting = true;
            Log.warnf(
                    "Shutdown: interrupting %d turns that did not end in time",
                    runningTurns.all().size());
            long giveUpDeadline =
                    System.nanoTime() + config.interruptGrace().plus(SETTLE_TIME).toNanos();
            if (!awaitAllEnded(giveUpDeadline, this::interruptAll)) {
                Log.errorf(
                        "Shutdown: %d turns have not ended and are left to recovery",
                        limiter.count());
            }
        }
    }

    private void interruptAll() {
        runningTurns.all().forEach(turn -> turn.stop(StopReason.SHUT_DOWN));
    }

    private boolean awaitAllEnded(long deadline, Runnable onEachPoll) {
        while (limiter.count() > 0) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            onEachPoll.run();
            try {
                Thread.sleep(POLL_INTERVAL);
            } catch (InterruptedException interruption) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    /** The shutdown has started. Observers must return quickly. */
    public record ShutdownStarted() {}
}
