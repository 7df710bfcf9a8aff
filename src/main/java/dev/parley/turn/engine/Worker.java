package dev.parley.turn.engine;

import dev.parley.agent.AgentStopped;
import dev.parley.agent.tool.Toolbox.ToolResult;
import dev.parley.turn.store.ToolStep;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One delegation that runs: a worker, the thread of its agent, and why the agent has to stop, if it
 * has to. An interrupt reaches the agent only, never the storing of its result.
 */
final class Worker {

    private final AgentInTurn agent;
    private final ToolStep step;
    private final String task;
    private @Nullable Thread agentThread;
    private @Nullable InterruptCause stop;
    private boolean abandoned;
    private @Nullable Ending ending;

    Worker(AgentInTurn agent, ToolStep step, String task) {
        this.agent = agent;
        this.step = step;
        this.task = task;
    }

    AgentInTurn agent() {
        return agent;
    }

    /** The step that delegated to the worker. */
    ToolStep step() {
        return step;
    }

    String task() {
        return task;
    }

    /** The calling thread runs the agent from now on. */
    synchronized void agentStarted() {
        agentThread = Thread.currentThread();
        if (stop != null) {
            agentThread.interrupt();
        }
    }

    /**
     * The agent has finished; clears an interrupt that was meant for the agent.
     *
     * @return false if the worker was abandoned: its result no longer counts
     */
    synchronized boolean agentFinished() {
        agentThread = null;
        Thread.interrupted();
        return !abandoned;
    }

    /** Interrupts the agent. The first reason counts. */
    synchronized void stop(InterruptCause reason) {
        if (stop == null) {
            stop = reason;
            if (agentThread != null) {
                agentThread.interrupt();
            }
        }
    }

    synchronized Optional<InterruptCause> stopped() {
        return Optional.ofNullable(stop);
    }

    /**
     * Gives the worker up, since its agent ignores the interrupt: nothing that the agent still does
     * counts.
     *
     * @return the stack of the agent; empty if the agent has finished after all
     */
    synchronized Optional<StackTraceElement[]> abandon() {
        abandoned = agentThread != null;
        return Optional.ofNullable(agentThread).map(Thread::getStackTrace);
    }

    /**
     * @throws AgentStopped if the worker was abandoned
     */
    synchronized void requireNotAbandoned() {
        if (abandoned) {
            throw new AgentStopped();
        }
    }

    synchronized void end(Ending how) {
        if (ending == null) {
            ending = how;
        }
    }

    synchronized Optional<Ending> ending() {
        return Optional.ofNullable(ending);
    }

    /** How long until the agent's time is over; negative if it is. */
    Duration remaining() {
        return Duration.ofNanos(agent.deadline() - System.nanoTime());
    }

    /** Why an agent is interrupted. */
    enum InterruptCause {
        /** The worker's time is over. */
        TIME_LIMIT,
        /** The supervisor stops. */
        SUPERVISOR
    }

    /** How a worker ended. */
    sealed interface Ending {

        /**
         * With a result for the supervisor.
         *
         * @param stored false if the database did not take it
         */
        record Returned(ToolResult result, boolean stored) implements Ending {}

        /** The worker waits for a decision, and so does the turn. */
        record Suspended() implements Ending {}

        /** The turn has ended, or runs elsewhere. */
        record Stopped() implements Ending {}
    }
}
