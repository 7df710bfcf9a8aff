package dev.parley.hiring;

import dev.parley.agent.AgentType;

/** The user has not taken on such an agent, or there is none to be taken on. */
public final class NothingHired extends RuntimeException {

    NothingHired(AgentType type) {
        super("There is no agent %s.".formatted(type), null, false, false);
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
