package dev.parley.turn;

import dev.parley.agent.Usage;

/** What came of running the agent of a turn: an ending, or a pause. */
public sealed interface AgentResult permits TurnOutcome, AgentResult.Suspended {

    /** The tokens that the turn has used so far. */
    Usage usage();

    /** The agent's exchange cannot go on before a person has decided. */
    record Suspended(Usage usage) implements AgentResult {}
}
