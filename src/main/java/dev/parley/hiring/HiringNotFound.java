package dev.parley.hiring;

import dev.parley.agent.AgentType;
import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** The catalogue has no such agent, or the user has not hired the agent. */
public final class HiringNotFound extends ParleyException {

    HiringNotFound(AgentType type) {
        super(ProblemCode.NOT_FOUND, "There is no agent %s.".formatted(type));
    }
}
