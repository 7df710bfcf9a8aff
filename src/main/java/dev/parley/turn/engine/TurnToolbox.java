package dev.parley.turn.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.parley.agent.AgentEvent;
import dev.parley.agent.AgentStopped;
import dev.parley.agent.tool.Tool;
import dev.parley.agent.tool.ToolRefused;
import dev.parley.agent.tool.Toolbox;
import dev.parley.platform.database.sql.SqlErrors;
import dev.parley.platform.identity.UserId;
import dev.parley.turn.store.FencingToken;
import dev.parley.turn.store.ToolStep;
import dev.parley.turn.store.ToolStepRepository;
import dev.parley.turn.store.TurnStore;
import io.quarkus.logging.Log;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The tools of one turn, bound to the turn's user; publishes each call as events and records it.
 */
public final class TurnToolbox implements Toolbox {

    private static final int MAX_OUTCOME_CHECKS = 20;
    private static final Duration OUTCOME_CHECK_INTERVAL = Duration.ofMillis(250);

    private final FencingToken token;
    private final UserId user;
    private final Map<String, Tool> tools;
    private final ToolStepRepository steps;
    private final ConnectionHoldGuard connectionGuard;
    private final ToolBulkhead bulkhead;
    private final TurnTelemetry telemetry;
    private final Consumer<AgentEvent> events;
    private final List<ToolCall> recordedCalls;
    private int calls;

    public TurnToolbox(
            TurnStore.TurnContext turn,
            Map<String, Tool> tools,
            ToolStepRepository steps,
            ConnectionHoldGuard connectionGuard,
            ToolBulkhead bulkhead,
            TurnTelemetry telemetry,
            Consumer<AgentEvent> events) {
        this.token = turn.fencingToken();
        this.user = turn.user();
        this.tools = tools;
        this.steps = steps;
        this.connectionGuard = connectionGuard;
        this.bulkhead = bulkhead;
        this.telemetry = telemetry;
        this.events = events;
        this.recordedCalls = new ArrayList<>(turn.recorded());
    }

    @Override
    public Collection<Tool> tools() {
        return tools.values();
    }

    @Override
    public List<ToolCall> drainRecordedCalls() {
        List<ToolCall> drained = List.copyOf(recordedCalls);
        recordedCalls.clear();
        drained.forEach(call -> {
            events.accept(new AgentEvent.ToolCalled(call.name(), call.arguments()));
            events.accept(new AgentEvent.ToolReturned(call.name(), true, Duration.ZERO));
        });
        return drained;
    }

    @Override
    public ToolResult call(String name, JsonNode arguments) {
        events.accept(new AgentEvent.ToolCalled(name, arguments));
        long startedAt = System.nanoTime();
        ToolResult result =
                drainRecordedResult(name, arguments)
                        .map(outcome -> new ToolResult(true, outcome))
                        .orElseGet(() -> execute(name, arguments));
        Duration elapsed = Duration.ofNanos(System.nanoTime() - startedAt);
        events.accept(new AgentEvent.ToolReturned(name, result.ok(), elapsed));
        return result;
    }

    private Optional<JsonNode> drainRecordedResult(String name, JsonNode arguments) {
        Optional<ToolCall> recorded =
                recordedCalls.stream()
                        .filter(call ->
                                call.name().equals(name) && call.arguments().equals(arguments))
                        .findFirst();
        recorded.ifPresent(recordedCalls::remove);
        return recorded.map(ToolCall::outcome);
    }

    private ToolResult execute(String name, JsonNode arguments) {
        Tool tool = tools.get(name);
        if (tool == null) {
            return error(
                    "There is no tool of that name; the tools are: "
                            + String.join(", ", tools.keySet()));
        }
        calls++;
        ToolStep step = new ToolStep(token, calls, name, arguments);
        try {
            return new ToolResult(
                    true,
                    telemetry.tool(
                            token.turn(),
                            name,
                            () ->
                                    Uninterruptible.call(
                                            "tool-" + name + "-" + token.turn(),
                                            () ->
                                                    bulkhead.run(() ->
                                                            executeStep(step, tool, arguments)))));
        } catch (ToolRefused failure) {
            return error(failure.reason());
        } catch (ToolStepRepository.FencedOut failure) {
            Log.warnf("Tool %s was rolled back: %s", name, failure.getMessage());
            throw new AgentStopped();
        } catch (RuntimeException failure) {
            // The turn continues: the agent can report the failed tool to the user
            Log.errorf(failure, "Tool %s failed in turn %s", name, token.turn());
            return SqlErrors.leavesOutcomeUnknown(failure)
                    ? awaitStepResult(step)
                    : error("The tool failed; no change is known to have been made.");
        }
    }

    private JsonNode executeStep(ToolStep step, Tool tool, JsonNode arguments) {
        JsonNode outcome =
                ToolStepRepository.runAs(
                        step,
                        () ->
                                connectionGuard.whileInTool(
                                        step.tool(), () -> tool.execute(user, arguments)));
        if (!step.isRecorded()) {
            connectionGuard.whileInTool(
                    step.tool(),
                    () -> {
                        steps.recordAfterwards(step, outcome);
                        return outcome;
                    });
        }
        return outcome;
    }

    /**
     * The outcome of the tool's commit is unknown: the recorded step shows whether it was
     * committed.
     */
    private ToolResult awaitStepResult(ToolStep step) {
        for (int check = 1; check <= MAX_OUTCOME_CHECKS; check++) {
            try {
                return Uninterruptible.call(
                                "step-" + token.turn(),
                                () ->
                                        connectionGuard.whileInTool(
                                                step.tool(), () -> steps.outcome(step)))
                        .map(outcome -> new ToolResult(true, outcome))
                        .orElseGet(() -> error("The tool failed; nothing was changed."));
            } catch (RuntimeException failure) {
                Log.debugf(
                        failure,
                        "The outcome of a tool step of turn %s is not known yet",
                        token.turn());
            }
            if (!pause()) {
                break;
            }
        }
        return error("The tool failed; it is unknown whether anything was changed.");
    }

    private static boolean pause() {
        try {
            Thread.sleep(OUTCOME_CHECK_INTERVAL);
            return true;
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static ToolResult error(String reason) {
        return new ToolResult(false, JsonNodeFactory.instance.objectNode().put("error", reason));
    }
}
