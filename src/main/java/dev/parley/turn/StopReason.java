package dev.parley.turn;

import dev.parley.agent.Usage;

/** Why a running turn is to stop before its agent is done. */
public enum StopReason {
    CANCELLED,
    SHUT_DOWN;

    public TurnOutcome outcome(Usage usage) {
        return switch (this) {
            case CANCELLED -> new TurnOutcome.Cancelled(usage);
            case SHUT_DOWN ->
                    new TurnOutcome.Interrupted(
                            "The service stopped before the agent was done.", usage);
        };
    }
}
