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

/** The tools of one turn, bound to its user; tells of each use, and records what was done. */
public final class TurnToolbox implements Toolbox {

    private static final int LOOKS_FOR_AN_OUTCOME = 20;
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);

    private final FencingToken fence;
    private final UserId user;
    private final Map<String, Tool> tools;
    private final ToolStepRepository steps;
    private final ConnectionHoldGuard nothingHeld;
    private final ToolBulkhead places;
    private final TurnTelemetry figures;
    private final Consumer<AgentEvent> hear;
    private final List<ToolCall> recorded;
    private int used;

    public TurnToolbox(
            TurnStore.TurnContext turn,
            Map<String, Tool> tools,
            ToolStepRepository steps,
            ConnectionHoldGuard nothingHeld,
            ToolBulkhead places,
            TurnTelemetry figures,
            Consumer<AgentEvent> hear) {
        this.fence = turn.fence();
        this.user = turn.user();
        this.tools = tools;
        this.steps = steps;
        this.nothingHeld = nothingHeld;
        this.places = places;
        this.figures = figures;
        this.hear = hear;
        this.recorded = new ArrayList<>(turn.recorded());
    }

    @Override
    public Collection<Tool> tools() {
        return tools.values();
    }

    @Override
    public List<ToolCall> drainRecordedCalls() {
        List<ToolCall> taken = List.copyOf(recorded);
        recorded.clear();
        taken.forEach(use -> {
            hear.accept(new AgentEvent.ToolCalled(use.name(), use.arguments()));
            hear.accept(new AgentEvent.ToolReturned(use.name(), true, Duration.ZERO));
        });
        return taken;
    }

    @Override
    public ToolResult call(String name, JsonNode arguments) {
        hear.accept(new AgentEvent.ToolCalled(name, arguments));
        long began = System.nanoTime();
        ToolResult outcome =
                doneBefore(name, arguments)
                        .map(done -> new ToolResult(true, done))
                        .orElseGet(() -> outcomeOf(name, arguments));
        Duration elapsed = Duration.ofNanos(System.nanoTime() - began);
        hear.accept(new AgentEvent.ToolReturned(name, outcome.ok(), elapsed));
        return outcome;
    }

    private Optional<JsonNode> doneBefore(String name, JsonNode arguments) {
        Optional<ToolCall> same =
                recorded.stream()
                        .filter(use -> use.name().equals(name) && use.arguments().equals(arguments))
                        .findFirst();
        same.ifPresent(recorded::remove);
        return same.map(ToolCall::outcome);
    }

    private ToolResult outcomeOf(String name, JsonNode arguments) {
        Tool tool = tools.get(name);
        if (tool == null) {
            return refused(
                    "There is no tool of that name; there are: "
                            + String.join(", ", tools.keySet()));
        }
        used++;
        ToolStep step = new ToolStep(fence, used, name, arguments);
        try {
            return new ToolResult(
                    true,
                    figures.tool(
                            fence.turn(),
                            name,
                            () ->
                                    Uninterruptible.call(
                                            "tool-" + name + "-" + fence.turn(),
                                            () -> places.in(() -> done(step, tool, arguments)))));
        } catch (ToolRefused failure) {
            return refused(failure.reason());
        } catch (ToolStepRepository.FencedOut failure) {
            Log.warnf("Tool %s was undone: %s", name, failure.getMessage());
            throw new AgentStopped();
        } catch (RuntimeException failure) {
            // The turn goes on: the agent can tell the person that this did not work
            Log.errorf(failure, "Tool %s failed in turn %s", name, fence.turn());
            return SqlErrors.leavesOutcomeUnknown(failure)
                    ? lookedFor(step)
                    : refused("The tool failed; nothing is known to have changed.");
        }
    }

    private JsonNode done(ToolStep step, Tool tool, JsonNode arguments) {
        JsonNode outcome =
                ToolStepRepository.runAs(
                        step,
                        () ->
                                nothingHeld.whileInTool(
                                        step.tool(), () -> tool.execute(user, arguments)));
        if (!step.isRecorded()) {
            nothingHeld.whileInTool(
                    step.tool(),
                    () -> {
                        steps.recordAfterwards(step, outcome);
                        return outcome;
                    });
        }
        return outcome;
    }

    /** The answer to the tool's commit was lost: its step tells whether it was committed. */
    private ToolResult lookedFor(ToolStep step) {
        for (int look = 1; look <= LOOKS_FOR_AN_OUTCOME; look++) {
            try {
                return Uninterruptible.call(
                                "step-" + fence.turn(),
                                () ->
                                        nothingHeld.whileInTool(
                                                step.tool(), () -> steps.outcome(step)))
                        .map(outcome -> new ToolResult(true, outcome))
                        .orElseGet(() -> refused("The tool failed; nothing was changed."));
            } catch (RuntimeException failure) {
                Log.debugf(
                        failure, "The outcome of a step of turn %s is not known yet", fence.turn());
            }
            if (!paused()) {
                break;
            }
        }
        return refused("The tool failed; it is not known whether anything was changed.");
    }

    private static boolean paused() {
        try {
            Thread.sleep(BETWEEN_LOOKS);
            return true;
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static ToolResult refused(String reason) {
        return new ToolResult(false, JsonNodeFactory.instance.objectNode().put("error", reason));
    }
}
