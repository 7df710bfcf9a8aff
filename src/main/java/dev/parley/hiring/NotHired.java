package dev.parley.hiring;

import dev.parley.agent.AgentType;

/** The agent answers only users who have hired it, and this one has not. */
public final class NotHired extends RuntimeException {

    public NotHired(AgentType type) {
        super(
                "The agent %1$s has to be hired first: PUT /api/me/agents/%1$s.".formatted(type),
                null,
                false,
                false);
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
