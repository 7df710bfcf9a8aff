package dev.parley.turn.engine;

import dev.parley.agent.AgentConfig;
import dev.parley.agent.AgentFailed;
import dev.parley.agent.Usage;
import dev.parley.agent.tool.Round;
import java.util.List;

/** What all agents of a turn use together, and its limits (G9). Thread-safe. */
final class TurnBudget {

    private final AgentConfig limits;
    private Usage usage;
    private int rounds;
    private int delegations;

    /**
     * @param used the tokens that the turn used before a pause
     * @param ended the rounds of workers that ended before this attempt. All other rounds count
     *     again when their agents repeat them
     */
    TurnBudget(AgentConfig limits, Usage used, List<Round> ended) {
        this.limits = limits;
        this.usage = used;
        this.rounds = ended.size();
        this.delegations =
                (int)
                        ended.stream()
                                .flatMap(round -> round.calls().stream())
                                .filter(call -> call.tool().equals(DelegateTool.NAME))
                                .count();
    }

    synchronized void add(Usage used) {
        usage = usage.plus(used);
    }

    /** The tokens that the turn's agents have used so far. */
    synchronized Usage usage() {
        return usage;
    }

    /**
     * Counts a round of tool calls.
     *
     * @throws AgentFailed if the turn's agents have used their rounds or tokens
     */
    synchronized void takeRound() {
        if (rounds >= limits.maxTurnRounds()) {
            throw new AgentFailed(
                    "The agents of the turn requested tools in more than %d rounds."
                            .formatted(limits.maxTurnRounds()));
        }
        if (usage.inputTokens() + usage.outputTokens() > limits.maxTurnTokens()) {
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
