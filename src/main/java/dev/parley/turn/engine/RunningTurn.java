package dev.parley.turn.engine;

import dev.parley.agent.UserContext;
import dev.parley.conversation.History;
import dev.parley.turn.StopReason;
import dev.parley.turn.store.TurnExchange;
import dev.parley.turn.store.TurnStore;
import dev.parley.turn.stream.TurnStream;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A turn that runs in this process, with the thread of its agent and the reason to stop, if any.
 * The ending is claimed once: by the turn's own thread, or by the monitor of agents that ignore
 * their interrupt, whichever is first.
 */
public final class RunningTurn {

    private final TurnStore.TurnContext context;
    private final TurnStream stream;
    private UserContext userContext;
    private History history;
    private final TurnExchange exchange;
    private final TurnLimiter.Permit permit;
    private final Context trace;
    private final long startedAt = System.nanoTime();
    private @Nullable Thread agentThread;
    private @Nullable StopReason stopReason;
    private long stoppedAt;
    private boolean endingClaimed;

    /**
     * @param trace the trace of the request that started the turn; the root context if the turn was
     *     queued or recovered
     */
    RunningTurn(TurnStore.TurnContext context, TurnLimiter.Permit permit, Context trace) {
        this.trace = trace;
        this.context = context.withoutHistory();
        this.userContext = context.userContext();
        this.history = context.history();
        this.stream =
                new TurnStream(context.user(), context.record(), context.fencingToken().attempt());
        this.exchange = new TurnExchange(context.fencingToken(), context.exchange());
        this.permit = permit;
        permit.memory().holdHistory(history);
    }

    public TurnStore.TurnContext context() {
        return context;
    }

    /**
     * Returns the history and forgets it: the history takes most of the memory of a running turn.
     */
    synchronized History drainHistory() {
        History drained = history;
        history = History.NONE;
        return drained;
    }

    /** Returns the user context and forgets it, to save memory. */
    synchronized UserContext drainUserContext() {
        UserContext drained = userContext;
        userContext = UserContext.NONE;
        return drained;
    }

    int attempt() {
        return context.fencingToken().attempt();
    }

    /** The exchanges of the turn's agents. */
    TurnExchange exchange() {
        return exchange;
    }

    public TurnStream stream() {
        return stream;
    }

    /** The trace that the turn belongs to. */
    Context trace() {
        return trace;
    }

    TurnLimiter.Permit permit() {
        return permit;
    }

    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startedAt);
    }

    /** The calling thread runs the agent from now on: a stop interrupts the thread. */
    synchronized void agentStarted() {
        agentThread = Thread.currentThread();
        if (stopReason != null) {
            agentThread.interrupt();
        }
    }

    /** The agent has finished; clears an interrupt that was meant for the agent. */
    synchronized void agentFinished() {
        agentThread = null;
        Thread.interrupted();
    }

    /** Interrupts the agent. The first reason counts; no effect once the ending is claimed. */
    synchronized void stop(StopReason reason) {
        if (stopReason == null && !endingClaimed) {
            stopReason = reason;
            stoppedAt = System.nanoTime();
            if (agentThread != null) {
                agentThread.interrupt();
            }
        }
    }

    public synchronized Optional<StopReason> stopped() {
        return Optional.ofNullable(stopReason);
    }

    /**
     * How long ago the agent was asked to stop; empty if the agent was not, or the ending is
     * claimed.
     */
    public synchronized Optional<Duration> stoppedFor() {
        return stopReason == null || endingClaimed
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(System.nanoTime() - stoppedAt));
    }

    /** Claims the ending; true for the first caller only, which then settles the turn. */
    synchronized boolean claimEnding() {
        if (endingClaimed) {
            return false;
        }
        endingClaimed = true;
        return true;
    }

    /**
     * The thread that runs the agent, whose stack shows an operator why the agent does not stop.
     */
    public synchronized Optional<Thread> thread() {
        return Optional.ofNullable(agentThread);
    }
}
