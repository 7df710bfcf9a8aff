package dev.parley.agent;

import java.util.List;

/** Messages that the user writes while the agent works. */
@FunctionalInterface
public interface Steering {

    /** Nobody steers the agent. */
    Steering NONE = (_, _) -> List.of();

    /**
     * The messages that join the exchange before its next round, each once. An agent asks before
     * each call of its model, also before the recorded rounds of a resumed turn. An agent that
     * never asks answers them in turns of their own.
     *
     * @param rounds how many rounds of tool calls the exchange has so far
     * @param mayJoin whether new messages may join; false leaves them for the next turn
     * @throws AgentStopped if the turn has ended, or runs elsewhere
     */
    List<String> before(int rounds, boolean mayJoin);
}
