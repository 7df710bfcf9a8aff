package dev.parley.hiring;

import dev.parley.agent.AgentType;
import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** The agent answers only users who have hired it, and this one has not. */
public final class AgentNotHired extends ParleyException {

    public AgentNotHired(AgentType type) {
        super(
                ProblemCode.FORBIDDEN,
                "The agent %1$s has to be hired first: PUT /api/me/agents/%1$s.".formatted(type));
    }
}
