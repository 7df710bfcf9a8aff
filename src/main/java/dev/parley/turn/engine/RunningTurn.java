package dev.parley.turn.engine;

import dev.parley.agent.UserContext;
import dev.parley.conversation.HistoryMessage;
import dev.parley.turn.StopReason;
import dev.parley.turn.store.TurnStore;
import dev.parley.turn.stream.TurnStream;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A turn that runs in this process: whether its agent still thinks, and whether it is to stop. Its
 * ending is decided once: by its own thread, or by the monitor of agents that ignore their
 * interrupt, whichever is first.
 */
public final class RunningTurn {

    private final TurnStore.TurnContext opened;
    private final TurnStream stream;
    private UserContext acquaintance;
    private List<HistoryMessage> history;
    private final TurnLimiter.Permit place;
    private final Context trace;
    private final long began = System.nanoTime();
    private @Nullable Thread thinking;
    private @Nullable StopReason stop;
    private long stoppedAt;
    private boolean ending;

    /**
     * @param trace of the request that began it; the root where it was queued, or recovered
     */
    RunningTurn(TurnStore.TurnContext opened, TurnLimiter.Permit place, Context trace) {
        this.trace = trace;
        this.opened = opened.withoutBriefing();
        this.acquaintance = opened.acquaintance();
        this.history = opened.history();
        this.stream = new TurnStream(opened.user(), opened.record(), opened.fence().attempt());
        this.place = place;
    }

    public TurnStore.TurnContext context() {
        return opened;
    }

    /** Handed over, not kept: it is what a waiting turn weighs most. */
    synchronized List<HistoryMessage> drainHistory() {
        List<HistoryMessage> taken = history;
        history = List.of();
        return taken;
    }

    /** The same with what is known of the user. */
    synchronized UserContext drainUserContext() {
        UserContext taken = acquaintance;
        acquaintance = UserContext.NONE;
        return taken;
    }

    int attempt() {
        return opened.fence().attempt();
    }

    public TurnStream stream() {
        return stream;
    }

    /** The trace that it belongs to. */
    Context trace() {
        return trace;
    }

    TurnLimiter.Permit permit() {
        return place;
    }

    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - began);
    }

    /** This thread is the agent's from now on: a stop interrupts it. */
    synchronized void agentStarted() {
        thinking = Thread.currentThread();
        if (stop != null) {
            thinking.interrupt();
        }
    }

    /** The agent is done; an interrupt that was meant for it must not reach what follows. */
    synchronized void agentFinished() {
        thinking = null;
        Thread.interrupted();
    }

    /** Tells the agent to stop. The first reason stays; after the agent is done it is too late. */
    synchronized void stop(StopReason reason) {
        if (stop == null && !ending) {
            stop = reason;
            stoppedAt = System.nanoTime();
            if (thinking != null) {
                thinking.interrupt();
            }
        }
    }

    public synchronized Optional<StopReason> stopped() {
        return Optional.ofNullable(stop);
    }

    /** Since when the agent should have stopped; empty where it need not. */
    public synchronized Optional<Duration> stoppedFor() {
        return stop == null || ending
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(System.nanoTime() - stoppedAt));
    }

    /** Whether the caller is the one to end it. */
    synchronized boolean claimEnding() {
        if (ending) {
            return false;
        }
        ending = true;
        return true;
    }

    /** Where the agent is: an operator has to find out why it does not stop. */
    public synchronized Optional<Thread> thread() {
        return Optional.ofNullable(thinking);
    }
}
