package dev.parley.turn.store;

import dev.parley.agent.tool.Round;
import dev.parley.agent.tool.Toolbox.ToolResult;
import dev.parley.turn.Approval;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is stored of the exchanges of a turn's agents, from which the agents go on after a crash or
 * a pause.
 *
 * @param rounds by the path of the agent, in order: empty for the turn's agent, the path of the
 *     delegating step for a worker
 * @param results the results of tool calls, by the path of the step
 * @param approvals what people were asked and have decided, by the path of the step
 * @param steering the messages that have joined, in order
 * @param usage what the agents have used, by agent and model
 * @param traceparent the trace of the attempt before a pause (W3C Trace Context)
 */
public record Exchange(
        Map<String, List<Round>> rounds,
        Map<String, ToolResult> results,
        Map<String, Approval> approvals,
        List<SteeringMessage> steering,
        List<UsageLine> usage,
        Optional<String> traceparent) {

    public static final Exchange NONE =
            new Exchange(Map.of(), Map.of(), Map.of(), List.of(), List.of(), Optional.empty());

    /** The exchange of an attempt that begins after a pause. */
    Exchange after(Optional<String> trace) {
        return new Exchange(rounds, results, approvals, steering, usage, trace);
    }

    public boolean isEmpty() {
        return rounds.isEmpty() && steering.isEmpty();
    }

    /** The rounds of workers that have their results, and so do not run again. */
    Stream<Round> roundsOfEndedWorkers() {
        return rounds.entrySet().stream()
                .filter(agent -> isEnded(agent.getKey()))
                .flatMap(agent -> agent.getValue().stream());
    }

    /**
     * Whether an agent is the worker of a step, or works for that worker.
     *
     * @param agent the path of the agent
     */
    static boolean isWorkerOf(String step, String agent) {
        return agent.equals(step) || agent.startsWith(step + ".");
    }

    /** Whether a worker has its result, or another worker that it works for. */
    private boolean isEnded(String worker) {
        return results.keySet().stream().anyMatch(step -> isWorkerOf(step, worker));
    }
}
