package dev.parley.turn.engine;

/** A tool was interrupted since its time was over, and failed. */
final class ToolTimedOut extends RuntimeException {

    ToolTimedOut(RuntimeException cause) {
        super("The tool was interrupted after its time limit", cause, false, false);
    }
}
