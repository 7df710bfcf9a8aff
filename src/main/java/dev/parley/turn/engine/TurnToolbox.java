package dev.parley.turn.engine;

import dev.parley.agent.AgentEvent;
import dev.parley.agent.tool.Round;
import dev.parley.agent.tool.Tool;
import dev.parley.agent.tool.Toolbox;
import dev.parley.platform.identity.UserId;
import dev.parley.turn.store.ExchangeJournal;
import dev.parley.turn.store.ToolStep;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The tools of one agent in one turn; publishes each call as events and records it. */
public final class TurnToolbox implements Toolbox {

    private final UserId user;
    private final ExchangeJournal journal;
    private final Map<String, Tool> tools;
    private final ToolExecutor executor;
    private final Consumer<AgentEvent> events;

    public TurnToolbox(
            UserId user,
            ExchangeJournal journal,
            Map<String, Tool> tools,
            ToolExecutor executor,
            Consumer<AgentEvent> events) {
        this.user = user;
        this.journal = journal;
        this.tools = tools;
        this.executor = executor;
        this.events = events;
    }

    @Override
    public Collection<Tool> tools() {
        return tools.values();
    }

    @Override
    public List<Round> recorded() {
        return journal.recorded();
    }

    @Override
    public List<ToolResult> call(Round round) {
        return journal.begin(round).stream().map(this::call).toList();
    }

    private ToolResult call(ToolStep step) {
        events.accept(new AgentEvent.ToolCalled(step.tool(), step.arguments()));
        long startedAt = System.nanoTime();
        ToolResult result = journal.result(step).orElseGet(() -> execute(step));
        Duration elapsed = Duration.ofNanos(System.nanoTime() - startedAt);
        events.accept(new AgentEvent.ToolReturned(step.tool(), result.ok(), elapsed));
        return result;
    }

    private ToolResult execute(ToolStep step) {
        Tool tool = tools.get(step.tool());
        if (tool == null) {
            return executor.refuse(
                    step,
                    "There is no tool of that name; the tools are: "
                            + String.join(", ", tools.keySet()));
        }
        if (!step.arguments().isObject()) {
            return executor.refuse(
                    step, "The arguments are not a JSON object; the tool was not called.");
        }
        return executor.execute(step, tool, user);
    }
}
