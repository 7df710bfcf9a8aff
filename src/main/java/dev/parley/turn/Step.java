package dev.parley.turn;

import com.fasterxml.jackson.databind.JsonNode;

/** A tool that is at work in a turn. */
final class Step {

    private final Fence fence;
    private final int number;
    private final String tool;
    private final JsonNode arguments;
    private boolean recorded;

    Step(Fence fence, int number, String tool, JsonNode arguments) {
        this.fence = fence;
        this.number = number;
        this.tool = tool;
        this.arguments = arguments;
    }

    Fence fence() {
        return fence;
    }

    int number() {
        return number;
    }

    String tool() {
        return tool;
    }

    JsonNode arguments() {
        return arguments;
    }

    /** Whether its tool has recorded it, in the transaction that did the work. */
    boolean isRecorded() {
        return recorded;
    }

    void recorded() {
        recorded = true;
    }
}
