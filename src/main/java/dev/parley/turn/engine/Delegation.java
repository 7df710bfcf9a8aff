package dev.parley.turn.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.agent.AgentEvent;
import dev.parley.agent.AgentStopped;
import dev.parley.agent.AgentSuspended;
import dev.parley.agent.AgentType;
import dev.parley.agent.DelegationStatus;
import dev.parley.agent.tool.ToolRefused;
import dev.parley.agent.tool.Toolbox.ToolResult;
import dev.parley.turn.store.ExchangeJournal;
import dev.parley.turn.store.ToolStep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The delegations of one supervisor. Those of one round run at the same time, and a worker's
 * failure is a result for the supervisor.
 */
final class Delegation {

    private final AgentInTurn supervisor;
    private final ExchangeJournal journal;
    private final DelegateTool tool;
    private final WorkerRunner runner;
    private final Consumer<AgentEvent> events;
    private final int maxPerRound;

    Delegation(
            AgentInTurn supervisor,
            ExchangeJournal journal,
            DelegateTool tool,
            WorkerRunner runner,
            Consumer<AgentEvent> events,
            int maxPerRound) {
        this.supervisor = supervisor;
        this.journal = journal;
        this.tool = tool;
        this.runner = runner;
        this.events = events;
        this.maxPerRound = maxPerRound;
    }

    boolean handles(ToolStep step) {
        return step.tool().equals(DelegateTool.NAME);
    }

    /**
     * Runs the workers of some steps of one round and waits for all of them. A recorded result is
     * returned without a worker.
     *
     * @throws AgentStopped if the turn has ended, or runs elsewhere
     * @throws AgentSuspended if a worker waits for a decision; all others have ended
     */
    Map<ToolStep, ToolResult> call(List<ToolStep> steps) {
        Map<ToolStep, ToolResult> results = new HashMap<>();
        Map<ToolStep, Long> startedAt = new HashMap<>();
        List<Worker> workers = new ArrayList<>();
        for (ToolStep step : steps) {
            events.accept(new AgentEvent.ToolCalled(step.path(), step.tool(), step.arguments()));
            startedAt.put(step, System.nanoTime());
            Optional<ToolResult> recorded = journal.result(step);
            boolean isInBudget = supervisor.budget().takeDelegation();
            try {
                if (recorded.isPresent()) {
                    results.put(step, recorded.get());
                } else {
                    requireBudget(isInBudget, workers.size());
                    workers.add(worker(step));
                }
            } catch (ToolRefused refusal) {
                results.put(step, runner.refuse(step, refusal.reason()));
            }
        }
        results.forEach((step, result) -> returned(step, result, startedAt));
        if (!workers.isEmpty()) {
            workers.forEach(worker -> delegated(worker, DelegationStatus.STARTED));
            runner.run(
                    journal,
                    workers,
                    worker -> delegated(worker, DelegationStatus.WAITING),
                    (worker, result) -> {
                        results.put(worker.step(), result);
                        returned(worker.step(), result, startedAt);
                    });
        }
        return results;
    }

    private void requireBudget(boolean isInBudget, int running) {
        if (!isInBudget) {
            throw new ToolRefused("The turn has no delegation left; answer with what you have.");
        }
        if (running >= maxPerRound) {
            throw new ToolRefused(
                    "At most %d agents work at the same time; delegate the rest in the next round."
                            .formatted(maxPerRound));
        }
    }

    private Worker worker(ToolStep step) {
        JsonNode arguments = step.arguments();
        AgentType type = tool.worker(arguments);
        if (supervisor.chain().contains(type)) {
            throw new ToolRefused(
                    "%s waits for this work already; a delegation in a circle is refused."
                            .formatted(type));
        }
        return new Worker(
                supervisor.worker(type, step.path(), runner.timeout(type)),
                step,
                tool.task(arguments));
    }

    private void delegated(Worker worker, DelegationStatus status) {
        events.accept(
                new AgentEvent.Delegated(worker.step().path(), worker.agent().type(), status));
    }

    private void returned(ToolStep step, ToolResult result, Map<ToolStep, Long> startedAt) {
        Duration elapsed = Duration.ofNanos(System.nanoTime() - startedAt.getOrDefault(step, 0L));
        // A refused delegation has no status: no worker has started
        JsonNode content = result.content();
        DelegationStatus.of(content.path("status").asText())
                .map(status ->
                        new AgentEvent.Delegated(
                                step.path(),
                                new AgentType(content.path("agent_type").asText()),
                                status))
                .ifPresent(events);
        events.accept(new AgentEvent.ToolReturned(step.path(), step.tool(), result.ok(), elapsed));
    }
}
