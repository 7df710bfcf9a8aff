package dev.parley.turn.store;

import com.fasterxml.jackson.databind.JsonNode;

/** One tool call of a turn. */
public final class ToolStep {

    private final FencingToken token;
    private final int number;
    private final String tool;
    private final JsonNode arguments;
    private boolean recorded;

    public ToolStep(FencingToken token, int number, String tool, JsonNode arguments) {
        this.token = token;
        this.number = number;
        this.tool = tool;
        this.arguments = arguments;
    }

    FencingToken fence() {
        return token;
    }

    int number() {
        return number;
    }

    public String tool() {
        return tool;
    }

    JsonNode arguments() {
        return arguments;
    }

    /** Whether the tool has recorded the step, in the transaction that did the work. */
    public boolean isRecorded() {
        return recorded;
    }

    void markRecorded() {
        recorded = true;
    }
}
