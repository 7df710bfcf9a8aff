package dev.parley.agent.tool;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.List;

/** The tools of one turn, bound to the turn's user. */
public interface Toolbox {

    Collection<Tool> tools();

    /**
     * Calls a tool. A refusal or a failure is a result for the agent, not an exception.
     *
     * @param name the tool's name; a call of an unknown tool is refused
     */
    ToolResult call(String name, JsonNode arguments);

    /**
     * Returns the tool calls that this turn made before a crash, in order, and removes them from
     * the toolbox. The calls must not be repeated. An agent that continues after these calls reads
     * them here; an agent that starts again gets the recorded result when it calls the same tool
     * with the same arguments.
     *
     * @return empty if the turn was never resumed, and from the second call on
     */
    List<ToolCall> drainRecordedCalls();

    /** A tool call that succeeded. */
    record ToolCall(String name, JsonNode arguments, JsonNode outcome) {}

    /**
     * The result of a tool call.
     *
     * @param content the tool's result, or an object with an {@code error} if {@code ok} is false
     */
    record ToolResult(boolean ok, JsonNode content) {}
}
