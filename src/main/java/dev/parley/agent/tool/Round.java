package dev.parley.agent.tool;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * One round of an agent's exchange: what the agent wrote, and the tools that it then called.
 *
 * @param text a part of the reply that the agent wrote before the calls; may be empty
 * @param calls at least one call
 */
public record Round(String text, List<Call> calls) {

    public Round {
        calls = List.copyOf(calls);
    }

    /** A round of a single call without text, by an agent that gives its calls no ids. */
    static Round of(String tool, JsonNode arguments) {
        return new Round("", List.of(new Call("", tool, arguments)));
    }

    /**
     * A call of a tool.
     *
     * @param id the agent's own id of the call, to match the result; may be empty
     * @param arguments as the agent sent them. Anything but an object is refused, so a text that is
     *     not JSON can be kept as a text
     */
    public record Call(String id, String tool, JsonNode arguments) {}
}
