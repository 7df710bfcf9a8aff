package dev.parley.turn.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.agent.AgentFailed;
import dev.parley.agent.tool.Round;
import dev.parley.agent.tool.Toolbox.ToolResult;
import dev.parley.turn.Approval;
import dev.parley.turn.ApprovalRequest;
import dev.parley.turn.TurnId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The exchange of one agent in one attempt of a turn: what is stored, and what is stored with the
 * next step. A round and the results of refused calls change nothing, so they need no transaction
 * of their own: they are written in the transaction of the next call that does its work, and before
 * that a crash loses nothing that must not be repeated.
 *
 * <p>Used by one thread at a time.
 */
public final class ExchangeJournal {

    private final TurnExchange exchange;
    private final String path;
    private final List<Round> recorded;
    private final Map<String, ToolResult> results;
    private final Map<String, Approval> approvals;
    private final int maxLength;
    private final List<NumberedRound> pendingRounds = new ArrayList<>();
    private final List<ToolStep.WithResult> pendingSteps = new ArrayList<>();
    private int rounds;
    private int calls;
    private long length;

    ExchangeJournal(TurnExchange exchange, String path, Exchange stored, int maxLength) {
        this.exchange = exchange;
        this.path = path;
        this.recorded = stored.rounds().getOrDefault(path, List.of());
        this.results = stored.results();
        this.approvals = stored.approvals();
        this.maxLength = maxLength;
    }

    /** The rounds before this attempt, in order. */
    public List<Round> recorded() {
        return recorded;
    }

    /**
     * Begins the next round: the recorded round at this position, or the requested one.
     *
     * @return the steps of the round
     * @throws AgentFailed if the agent requests other tools than in the recorded round, or the
     *     exchange becomes too long
     */
    public List<ToolStep> begin(Round requested) {
        rounds++;
        boolean isRecorded = rounds <= recorded.size();
        Round round = isRecorded ? recorded.get(rounds - 1) : requested;
        if (!tools(round).equals(tools(requested))) {
            throw new AgentFailed("The agent did not go on from its recorded exchange.");
        }
        addLength(round.text().length());
        round.calls().forEach(call -> addLength(call.arguments().toString().length()));
        if (!isRecorded) {
            pendingRounds.add(new NumberedRound(rounds, round));
        }
        return round.calls().stream().map(this::step).toList();
    }

    private static List<String> tools(Round round) {
        return round.calls().stream().map(Round.Call::tool).toList();
    }

    private ToolStep step(Round.Call call) {
        calls++;
        String stepPath = path.isEmpty() ? Integer.toString(calls) : path + "." + calls;
        return new ToolStep(this, exchange.nextStepNumber(), stepPath, call);
    }

    /** The recorded result of a step; empty if the call has to be executed. */
    public Optional<ToolResult> result(ToolStep step) {
        return Optional.ofNullable(results.get(step.path()));
    }

    /** What a person was asked about a step, and has decided; empty if nobody was asked. */
    public Optional<Approval> approval(ToolStep step) {
        return Optional.ofNullable(approvals.get(step.path()));
    }

    /** The turn cannot go on before a person has decided about these calls. */
    public void ask(List<ApprovalRequest> requests) {
        exchange.ask(requests);
    }

    /** Adds a result that is not stored yet; it is stored with the next step. */
    public void addUnstored(ToolStep step, ToolResult result) {
        addLength(result.content().toString().length());
        pendingSteps.add(new ToolStep.WithResult(step, result));
    }

    /** A step is stored, and what was pending with it. */
    public void markStored(JsonNode outcome) {
        markRoundStored();
        addLength(outcome.toString().length());
    }

    /** The rounds and results so far are stored. */
    public void markRoundStored() {
        pendingRounds.clear();
        pendingSteps.clear();
    }

    /** Counts a result that another thread has stored. */
    public void addStored(ToolResult result) {
        addLength(result.content().toString().length());
    }

    public TurnId turn() {
        return token().turn();
    }

    /** Bounds what a turn keeps in memory and in the database (G9). */
    private void addLength(int characters) {
        length += characters;
        if (length > maxLength) {
            throw new AgentFailed(
                    "The agent's exchange with its tools is longer than %d characters."
                            .formatted(maxLength));
        }
    }

    void markRounds() {
        exchange.markRounds();
    }

    /** A message waits to join the turn. */
    void markSteering() {
        exchange.markSteering();
    }

    /**
     * What is stored with steps: what this agent has used, and the workers whose results they are.
     */
    List<UsageLine> usage(List<ToolStep.WithResult> steps) {
        return exchange.usage().lines().stream()
                .filter(line ->
                        line.path().equals(path)
                                || steps.stream()
                                        .map(stored -> stored.step().path())
                                        .anyMatch(step -> Exchange.isWorkerOf(step, line.path())))
                .toList();
    }

    boolean hasPending() {
        return !pendingRounds.isEmpty() || !pendingSteps.isEmpty();
    }

    int maxLength() {
        return maxLength;
    }

    String path() {
        return path;
    }

    FencingToken token() {
        return exchange.token();
    }

    List<NumberedRound> pendingRounds() {
        return pendingRounds;
    }

    List<ToolStep.WithResult> pendingSteps() {
        return pendingSteps;
    }

    /** A round that is not stored yet. */
    record NumberedRound(int number, Round round) {}
}
