package dev.parley.turn;

import dev.parley.agent.Usage;

/** Why a running turn has to stop before its agent has finished. */
public enum StopReason {
    CANCELLED,
    SHUT_DOWN;

    public TurnOutcome outcome(Usage usage) {
        return switch (this) {
            case CANCELLED -> new TurnOutcome.Cancelled(usage);
            case SHUT_DOWN ->
                    new TurnOutcome.Interrupted(
                            "The service shut down before the agent had finished.", usage);
        };
    }
}
