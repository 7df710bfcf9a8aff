package dev.parley.agent.tool;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.List;

/** The tools of one agent in one turn, bound to the turn's user. */
public interface Toolbox {

    Collection<Tool> tools();

    /**
     * The rounds that this agent completed or began before a crash or a pause, in order. An agent
     * that goes on from them passes each to {@link #call(Round)} first. An agent that starts again
     * has to make the same calls in the same order.
     */
    List<Round> recorded();

    /**
     * Executes the calls of a round, in order. A refusal or a failure is a result for the agent,
     * not an exception.
     *
     * <p>Rounds are matched by position: the n-th round of a resumed turn is the n-th recorded
     * round. Its recorded results are returned; a call without a recorded result is executed with
     * the recorded arguments, whatever the agent passes.
     *
     * @return a result for each call
     * @throws dev.parley.agent.AgentFailed if the agent calls other tools than it did before, or if
     *     the exchange becomes too long
     */
    List<ToolResult> call(Round round);

    /**
     * Calls one tool, as a round of its own.
     *
     * @param name the tool's name; a call of an unknown tool is refused
     */
    default ToolResult call(String name, JsonNode arguments) {
        return call(Round.of(name, arguments)).getFirst();
    }

    /**
     * The result of a tool call.
     *
     * @param content the tool's result, or an object with an {@code error} if {@code ok} is false
     */
    record ToolResult(boolean ok, JsonNode content) {}
}
