package dev.parley.agent;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.List;

/**
 * The configuration of the agents has mistakes. The message has a line for each of them, with the
 * key and what to write instead.
 */
public final class InvalidCatalogue extends ConfigurationException {

    private static final long serialVersionUID = 1;

    InvalidCatalogue(List<String> mistakes) {
        super(
                "The configuration of the agents has mistakes:\n- %s\ndocs/agents.md describes the keys."
                        .formatted(String.join("\n- ", mistakes)));
    }
}
