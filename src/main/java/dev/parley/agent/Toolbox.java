package dev.parley.agent;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;

/** The tools of one turn, already bound to its user. */
public interface Toolbox {

    Collection<Tool> tools();

    /**
     * Uses a tool. A refusal or a failure is an outcome that the agent can speak about, not an
     * exception.
     *
     * @param name of the tool; an unknown one is refused
     */
    Outcome use(String name, JsonNode arguments);

    /**
     * What came of it.
     *
     * @param content the tool's answer, or an object with an {@code error} where {@code ok} is
     *     false
     */
    record Outcome(boolean ok, JsonNode content) {}
}
