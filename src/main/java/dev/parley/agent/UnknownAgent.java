package dev.parley.agent;

import static java.util.stream.Collectors.joining;

import dev.parley.platform.problem.FieldError;
import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;
import java.util.Collection;
import java.util.List;

/** The catalogue has no agent with this name. */
public final class UnknownAgent extends ParleyException {

    UnknownAgent(AgentType type, Collection<AgentType> available) {
        super(
                ProblemCode.INVALID_REQUEST,
                "There is no agent \"%s\". Available agents: %s."
                        .formatted(
                                type,
                                available.stream()
                                        .map(AgentType::value)
                                        .sorted()
                                        .collect(joining(", "))));
    }

    @Override
    public List<FieldError> errors() {
        return List.of(new FieldError("agent_type", "is not in the catalogue"));
    }
}
