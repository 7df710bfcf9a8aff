package dev.parley.turn.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.agent.tool.Round;
import dev.parley.agent.tool.Toolbox.ToolResult;
import dev.parley.turn.TurnId;

/**
 * One tool call of a turn. Its path is the call's position: {@code 2} for the second call of the
 * turn's agent, {@code 2.1} for the first call of the worker that this call delegated to.
 */
public final class ToolStep {

    private final ExchangeJournal journal;
    private final int number;
    private final String path;
    private final Round.Call call;
    private boolean recorded;

    ToolStep(ExchangeJournal journal, int number, String path, Round.Call call) {
        this.journal = journal;
        this.number = number;
        this.path = path;
        this.call = call;
    }

    /** The same step with the arguments that a person has approved. */
    public ToolStep withArguments(JsonNode arguments) {
        return new ToolStep(
                journal, number, path, new Round.Call(call.id(), call.tool(), arguments));
    }

    public String path() {
        return path;
    }

    public String tool() {
        return call.tool();
    }

    /** The agent's own id of the call; may be empty. */
    public String callId() {
        return call.id();
    }

    /** The arguments with which the tool is executed. */
    public JsonNode arguments() {
        return call.arguments();
    }

    /** Whether the tool has recorded the step, in the transaction that did the work. */
    public boolean isRecorded() {
        return recorded;
    }

    void markRecorded() {
        recorded = true;
    }

    public TurnId turn() {
        return fence().turn();
    }

    /** The exchange that the step belongs to. */
    public ExchangeJournal journal() {
        return journal;
    }

    FencingToken fence() {
        return journal.token();
    }

    /** The number of the step in its attempt. */
    int number() {
        return number;
    }

    /** A step and its result. */
    record WithResult(ToolStep step, ToolResult result) {}
}
