package dev.parley.turn.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.parley.agent.AgentConfig;
import dev.parley.agent.AgentStopped;
import dev.parley.agent.tool.Tool;
import dev.parley.agent.tool.ToolRefused;
import dev.parley.agent.tool.Toolbox.ToolResult;
import dev.parley.platform.database.sql.SqlErrors;
import dev.parley.platform.identity.UserId;
import dev.parley.turn.TurnId;
import dev.parley.turn.store.ExchangeJournal;
import dev.parley.turn.store.ExchangeRepository;
import dev.parley.turn.store.ToolStep;
import io.quarkus.logging.Log;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** Executes tools for agents and records each result as a step of the turn. */
@ApplicationScoped
public class ToolExecutor {

    private static final int MAX_OUTCOME_CHECKS = 20;
    private static final Duration OUTCOME_CHECK_INTERVAL = Duration.ofMillis(250);

    private final ExchangeRepository exchanges;
    private final ConnectionHoldGuard connectionGuard;
    private final ToolBulkhead bulkhead;
    private final TurnTelemetry telemetry;
    private final Duration timeout;

    ToolExecutor(
            ExchangeRepository exchanges,
            ConnectionHoldGuard connectionGuard,
            ToolBulkhead bulkhead,
            TurnTelemetry telemetry,
            AgentConfig config) {
        this.exchanges = exchanges;
        this.connectionGuard = connectionGuard;
        this.bulkhead = bulkhead;
        this.telemetry = telemetry;
        this.timeout = config.toolTimeout();
    }

    /**
     * Executes a tool with the arguments of the step. A refusal or a failure is a result.
     *
     * @throws AgentStopped if the turn has ended, or runs elsewhere; nothing was changed
     */
    ToolResult execute(ToolStep step, Tool tool, UserId user) {
        TurnId turn = step.turn();
        try {
            JsonNode outcome =
                    telemetry.tool(
                            turn,
                            tool.name(),
                            step.callId(),
                            () ->
                                    Uninterruptible.call(
                                            "tool-" + tool.name() + "-" + turn,
                                            () -> bulkhead.run(() -> work(step, tool, user))));
            step.journal().markStored(outcome);
            return new ToolResult(true, outcome);
        } catch (ToolRefused failure) {
            return unstored(step, failure.reason());
        } catch (ExchangeRepository.FencedOut failure) {
            Log.warnf("Tool %s was rolled back: %s", tool.name(), failure.getMessage());
            throw new AgentStopped();
        } catch (ToolTimedOut failure) {
            Log.warnf(
                    failure.getCause(),
                    "Tool %s was interrupted in turn %s after its time limit",
                    tool.name(),
                    turn);
            return SqlErrors.leavesOutcomeUnknown(failure)
                    ? awaitOutcome(step)
                    : unstored(
                            step,
                            "The tool did not answer in time; no change is known to have been"
                                    + " made.");
        } catch (RuntimeException failure) {
            // The turn continues: the agent can report the failed tool to the user
            Log.errorf(failure, "Tool %s failed in turn %s", tool.name(), turn);
            return SqlErrors.leavesOutcomeUnknown(failure)
                    ? awaitOutcome(step)
                    : unstored(step, "The tool failed; no change is known to have been made.");
        }
    }

    /**
     * Stores the rounds and results of a journal that are not stored yet.
     *
     * @return false if the database did not take them
     * @throws AgentStopped if the turn has ended, or runs elsewhere
     */
    boolean storeRound(ExchangeJournal journal) {
        return store(
                journal.turn(),
                () -> {
                    exchanges.storePending(journal);
                    journal.markRoundStored();
                });
    }

    /**
     * Stores the result of a worker as a step of its supervisor, whose round is stored.
     *
     * @throws AgentStopped if the turn has ended, or runs elsewhere
     */
    Worker.Ending storeResult(ToolStep step, ToolResult result) {
        boolean stored = store(step.turn(), () -> exchanges.recordAfterwards(step, result));
        return new Worker.Ending.Returned(result, stored);
    }

    private boolean store(TurnId turn, Runnable transaction) {
        try {
            return Uninterruptible.call(
                    "delegate-" + turn,
                    () ->
                            bulkhead.run(() ->
                                    connectionGuard.whileInTool(
                                            DelegateTool.NAME,
                                            () -> {
                                                transaction.run();
                                                return true;
                                            })));
        } catch (ExchangeRepository.FencedOut failure) {
            Log.warnf("A delegation ends: %s", failure.getMessage());
            throw new AgentStopped();
        } catch (RuntimeException failure) {
            Log.errorf(
                    failure,
                    "A delegation of turn %s could not be stored; a crash repeats it",
                    turn);
            return false;
        }
    }

    /** Refuses a call without executing a tool. */
    ToolResult refuse(ToolStep step, String reason) {
        telemetry.toolRefused();
        return unstored(step, reason);
    }

    private JsonNode work(ToolStep step, Tool tool, UserId user) {
        JsonNode outcome =
                ExchangeRepository.runAs(
                        step,
                        () ->
                                connectionGuard.whileInTool(
                                        step.tool(),
                                        () ->
                                                InterruptTimer.call(
                                                        timeout,
                                                        () ->
                                                                tool.execute(
                                                                        user, step.arguments()))));
        if (!step.isRecorded()) {
            connectionGuard.whileInTool(
                    step.tool(),
                    () -> {
                        exchanges.recordAfterwards(step, new ToolResult(true, outcome));
                        return outcome;
                    });
        }
        return outcome;
    }

    /**
     * The outcome of the tool's commit is unknown: the recorded step shows whether it was
     * committed.
     */
    private ToolResult awaitOutcome(ToolStep step) {
        for (int check = 1; check <= MAX_OUTCOME_CHECKS; check++) {
            try {
                return Uninterruptible.call(
                                "step-" + step.turn(),
                                () ->
                                        connectionGuard.whileInTool(
                                                step.tool(), () -> exchanges.outcome(step)))
                        .map(outcome -> {
                            step.journal().markStored(outcome);
                            return new ToolResult(true, outcome);
                        })
                        .orElseGet(() -> unstored(step, "The tool failed; nothing was changed."));
            } catch (RuntimeException failure) {
                Log.debugf(
                        failure,
                        "The outcome of a tool step of turn %s is not known yet",
                        step.turn());
            }
            if (!pause()) {
                break;
            }
        }
        return unstored(step, "The tool failed; it is unknown whether anything was changed.");
    }

    private static ToolResult unstored(ToolStep step, String reason) {
        ToolResult result =
                new ToolResult(false, JsonNodeFactory.instance.objectNode().put("error", reason));
        step.journal().addUnstored(step, result);
        return result;
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
}
