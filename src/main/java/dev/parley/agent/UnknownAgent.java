package dev.parley.agent;

import static java.util.stream.Collectors.joining;

import java.util.Collection;

/** Nobody in the catalogue bears that name. */
public final class UnknownAgent extends RuntimeException {

    UnknownAgent(AgentType asked, Collection<AgentType> known) {
        super(
                "There is no agent \"%s\"; known are %s."
                        .formatted(
                                asked,
                                known.stream()
                                        .map(AgentType::value)
                                        .sorted()
                                        .collect(joining(", "))),
                null,
                false,
                false);
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
