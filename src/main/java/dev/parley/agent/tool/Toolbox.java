package dev.parley.agent.tool;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.List;

/** The tools of one turn, already bound to its user. */
public interface Toolbox {

    Collection<Tool> tools();

    /**
     * Uses a tool. A refusal or a failure is an outcome that the agent can speak about, not an
     * exception.
     *
     * @param name of the tool; an unknown one is refused
     */
    ToolResult call(String name, JsonNode arguments);

    /**
     * What was done in this turn before a crash, in order: it is not to be done again. An agent
     * that goes on from there takes it here; an agent that begins anew gets the recorded outcome
     * when it uses the same tool with the same arguments.
     *
     * @return empty in a turn that was never resumed, and from the second call on
     */
    List<ToolCall> drainRecordedCalls();

    /** One use of a tool that succeeded. */
    record ToolCall(String name, JsonNode arguments, JsonNode outcome) {}

    /**
     * What came of it.
     *
     * @param content the tool's answer, or an object with an {@code error} where {@code ok} is
     *     false
     */
    record ToolResult(boolean ok, JsonNode content) {}
}
