package dev.parley.turn.engine;

import dev.parley.agent.AgentEvent;
import dev.parley.agent.AgentType;
import dev.parley.agent.UserContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An agent that runs in a turn: the turn's own, or a worker.
 *
 * @param path the path of the step that delegated to the agent; empty for the turn's own
 * @param chain the agents from the turn's own to this one
 * @param deadline when the agent's time is over, by {@link System#nanoTime()}
 */
record AgentInTurn(
        RunningTurn turn,
        TurnBudget budget,
        UserContext userContext,
        String path,
        List<AgentType> chain,
        long deadline) {

    /** Delegations below each other: a worker may delegate, its worker may not. */
    private static final int MAX_DEPTH = 2;

    /**
     * The share of its supervisor's remaining time that a worker may take, so that the supervisor
     * can still answer when a worker does not.
     */
    private static final double SHARE_OF_TIME = 0.75;

    AgentInTurn {
        chain = List.copyOf(chain);
    }

    AgentType type() {
        return chain.getLast();
    }

    /** The agent that delegated to this one; empty for the turn's own. */
    Optional<AgentType> supervisor() {
        return chain.size() > 1 ? Optional.of(chain.get(chain.size() - 2)) : Optional.empty();
    }

    /** A call of a model by this agent has used tokens. */
    void add(AgentEvent.TokensUsed tokens) {
        turn.exchange().usage().add(path, type(), tokens.model(), tokens.usage());
    }

    boolean mayDelegate() {
        return chain.size() <= MAX_DEPTH;
    }

    /**
     * @param path the path of the delegating step
     * @param timeout how long the worker may think, if this agent has as much time
     */
    AgentInTurn worker(AgentType worker, String path, Duration timeout) {
        long now = System.nanoTime();
        long remaining = (long) (Math.max(0, deadline - now) * SHARE_OF_TIME);
        return new AgentInTurn(
                turn,
                budget,
                userContext,
                path,
                Stream.concat(chain.stream(), Stream.of(worker)).toList(),
                now + Math.min(timeout.toNanos(), remaining));
    }
}
