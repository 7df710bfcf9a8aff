package dev.parley.turn.engine;

import dev.parley.agent.AgentEvent;
import dev.parley.agent.AgentSuspended;
import dev.parley.agent.tool.Round;
import dev.parley.agent.tool.Tool;
import dev.parley.agent.tool.Toolbox;
import dev.parley.conversation.ConversationId;
import dev.parley.platform.identity.UserId;
import dev.parley.turn.Approval;
import dev.parley.turn.ApprovalRequest;
import dev.parley.turn.store.ExchangeJournal;
import dev.parley.turn.store.ToolStep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The tools of one agent in one turn; publishes each call as events and records it. */
public final class TurnToolbox implements Toolbox {

    private final UserId user;
    private final ExchangeJournal journal;
    private final Map<String, Tool> tools;
    private final Rules rules;
    private final ToolExecutor executor;
    private final ApprovalCheck approvals;
    private final Consumer<AgentEvent> events;
    private final Optional<Delegation> delegation;

    /**
     * @param delegation empty if the agent cannot delegate
     */
    TurnToolbox(
            UserId user,
            ExchangeJournal journal,
            Map<String, Tool> tools,
            Rules rules,
            ToolExecutor executor,
            ApprovalCheck approvals,
            Consumer<AgentEvent> events,
            Optional<Delegation> delegation) {
        this.user = user;
        this.journal = journal;
        this.tools = tools;
        this.rules = rules;
        this.executor = executor;
        this.approvals = approvals;
        this.events = events;
        this.delegation = delegation;
    }

    /** The toolbox of an agent that cannot delegate. */
    public TurnToolbox(
            UserId user,
            ExchangeJournal journal,
            Map<String, Tool> tools,
            Rules rules,
            ToolExecutor executor,
            ApprovalCheck approvals,
            Consumer<AgentEvent> events) {
        this(user, journal, tools, rules, executor, approvals, events, Optional.empty());
    }

    @Override
    public Collection<Tool> tools() {
        return tools.values();
    }

    @Override
    public List<Round> recorded() {
        return journal.recorded();
    }

    /**
     * Executes the calls that may run. If others need a person, the turn waits after that.
     *
     * @throws AgentSuspended if a person has to decide about a call
     */
    @Override
    public List<ToolResult> call(Round round) {
        List<ToolStep> steps = journal.begin(round);
        Map<ToolStep, ToolResult> results = new HashMap<>();
        List<ApprovalRequest> asked = new ArrayList<>();
        List<ToolStep> delegated = new ArrayList<>();
        for (ToolStep step : steps) {
            if (delegation.filter(delegates -> delegates.handles(step)).isPresent()) {
                delegated.add(step);
                continue;
            }
            switch (clearance(step)) {
                case Clearance.Granted(ToolStep granted) ->
                        results.put(step, call(granted, () -> execute(granted)));
                case Clearance.Refused(String reason) ->
                        results.put(step, call(step, () -> executor.refuse(step, reason)));
                case Clearance.ApprovalNeeded(ApprovalRequest request) -> asked.add(request);
            }
        }
        if (!asked.isEmpty()) {
            journal.ask(asked);
        }
        delegation.ifPresent(delegates -> results.putAll(delegates.call(delegated)));
        if (!asked.isEmpty()) {
            throw new AgentSuspended();
        }
        return steps.stream().map(step -> Objects.requireNonNull(results.get(step))).toList();
    }

    private Clearance clearance(ToolStep step) {
        if (journal.result(step).isPresent()) {
            return new Clearance.Granted(step);
        }
        Tool tool = tools.get(step.tool());
        if (tool == null) {
            return new Clearance.Refused(
                    "There is no tool of that name; the tools are: "
                            + String.join(", ", tools.keySet()));
        }
        if (!step.arguments().isObject()) {
            return new Clearance.Refused(
                    "The arguments are not a JSON object; the tool was not called.");
        }
        return approvals.of(step, tool, rules.ofAgent(), rules.conversation());
    }

    private ToolResult call(ToolStep step, Supplier<ToolResult> work) {
        journal.approval(step).ifPresent(approval -> events.accept(decided(approval)));
        events.accept(new AgentEvent.ToolCalled(step.path(), step.tool(), step.arguments()));
        long startedAt = System.nanoTime();
        ToolResult result = journal.result(step).orElseGet(work);
        Duration elapsed = Duration.ofNanos(System.nanoTime() - startedAt);
        events.accept(new AgentEvent.ToolReturned(step.path(), step.tool(), result.ok(), elapsed));
        return result;
    }

    private static AgentEvent decided(Approval approval) {
        return new AgentEvent.ApprovalDecided(
                approval.request().step(), approval.status().text(), approval.decidedByRole());
    }

    private ToolResult execute(ToolStep step) {
        return executor.execute(step, Objects.requireNonNull(tools.get(step.tool())), user);
    }

    /**
     * What decides whether calls need an approval, besides the tools' own rules.
     *
     * @param ofAgent the rules of the agent, by tool
     */
    public record Rules(ConversationId conversation, Map<String, String> ofAgent) {}
}
