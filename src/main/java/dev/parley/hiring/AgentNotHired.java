package dev.parley.hiring;

import dev.parley.agent.AgentType;
import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** The agent requires hiring, and the user has not hired the agent. */
public final class AgentNotHired extends ParleyException {

    public AgentNotHired(AgentType type) {
        super(
                ProblemCode.FORBIDDEN,
                "Hire the agent %1$s first: PUT /api/me/agents/%1$s.".formatted(type));
    }
}
