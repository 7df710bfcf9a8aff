package dev.parley.hiring;

import dev.parley.agent.AgentType;
import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** The user has not taken on such an agent, or there is none to be taken on. */
public final class HiringNotFound extends ParleyException {

    HiringNotFound(AgentType type) {
        super(ProblemCode.NOT_FOUND, "There is no agent %s.".formatted(type));
    }
}
