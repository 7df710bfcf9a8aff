package dev.parley.turn.engine;

import dev.parley.agent.AgentConfig;
import dev.parley.agent.AgentFailed;
import dev.parley.agent.BudgetExhausted;
import dev.parley.agent.Usage;
import dev.parley.agent.tool.Round;
import dev.parley.turn.store.TurnUsage;
import java.util.List;

/** What all agents of a turn use together, and its limits (G9). Thread-safe. */
final class TurnBudget {

    private final AgentConfig limits;
    private final TurnUsage usage;
    private final TurnReservation reservation;
    private int rounds;
    private int delegations;

    /**
     * @param usage what the turn's agents have used
     * @param ended the rounds of workers that ended before this attempt. All other rounds count
     *     again when their agents repeat them
     */
    TurnBudget(
            AgentConfig limits, TurnUsage usage, TurnReservation reservation, List<Round> ended) {
        this.limits = limits;
        this.usage = usage;
        this.reservation = reservation;
        this.rounds = ended.size();
        this.delegations =
                (int)
                        ended.stream()
                                .flatMap(round -> round.calls().stream())
                                .filter(call -> call.tool().equals(DelegateTool.NAME))
                                .count();
    }

    /** The tokens that the turn's agents have used so far. */
    Usage usage() {
        return usage.total();
    }

    /**
     * Counts a round of tool calls.
     *
     * @throws AgentFailed if the turn's agents have used their rounds or tokens
     * @throws BudgetExhausted if nothing is left of the user's plan
     */
    void takeRound() {
        countRound();
        reservation.requireForRound();
    }

    /**
     * Counts a round of tool calls that was paid before a crash or a pause.
     *
     * @throws AgentFailed if the turn's agents have used their rounds or tokens
     */
    synchronized void countRound() {
        if (rounds >= limits.maxTurnRounds()) {
            throw new AgentFailed(
                    "The agents of the turn requested tools in more than %d rounds."
                            .formatted(limits.maxTurnRounds()));
        }
        if (usage.total().tokens() > limits.maxTurnTokens()) {
            throw new AgentFailed(
                    "The agents of the turn used more than %d tokens."
                            .formatted(limits.maxTurnTokens()));
        }
        rounds++;
    }

    /** Counts a delegation; false if the turn has none left. */
    synchronized boolean takeDelegation() {
        if (delegations >= limits.maxDelegations()) {
            return false;
        }
        delegations++;
        return true;
    }
}
