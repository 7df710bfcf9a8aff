package dev.parley.turn.store;

import java.util.List;

/**
 * What ends with a turn of the exchanges of its agents.
 *
 * @param isStored whether the database may have rounds and usage of the turn
 * @param usage what the agents have used, by agent and model
 */
public record EndedExchange(boolean isStored, List<UsageLine> usage) {

    /** Of a turn whose agent has called no model and no tool. */
    public static final EndedExchange NONE = new EndedExchange(false, List.of());

    public EndedExchange {
        usage = List.copyOf(usage);
    }
}
