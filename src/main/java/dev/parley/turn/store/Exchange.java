package dev.parley.turn.store;

import dev.parley.agent.Usage;
import dev.parley.agent.tool.Round;
import dev.parley.agent.tool.Toolbox.ToolResult;
import dev.parley.turn.Approval;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is stored of the exchanges of a turn's agents, from which the agents go on after a crash or
 * a pause.
 *
 * @param rounds by the path of the agent, in order: empty for the turn's agent, the path of the
 *     delegating step for a worker
 * @param results the results of tool calls, by the path of the step
 * @param approvals what people were asked and have decided, by the path of the step
 * @param usage the tokens that were used before a pause
 * @param traceparent the trace of the attempt before a pause (W3C Trace Context)
 */
public record Exchange(
        Map<String, List<Round>> rounds,
        Map<String, ToolResult> results,
        Map<String, Approval> approvals,
        Usage usage,
        Optional<String> traceparent) {

    public static final Exchange NONE = new Exchange(Map.of(), Map.of(), Map.of(), Usage.NONE, Optional.empty());

    Exchange after(Usage used, Optional<String> trace) {
        return new Exchange(rounds, results, approvals, used, trace);
    }

    public boolean isEmpty() {
        return rounds.isEmpty();
    }
}
