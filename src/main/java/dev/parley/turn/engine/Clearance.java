package dev.parley.turn.engine;

import dev.parley.turn.ApprovalRequest;
import dev.parley.turn.store.ToolStep;

/** Whether a tool call may run. */
sealed interface Clearance {

    /** The call runs with the arguments of this step. */
    record Granted(ToolStep step) implements Clearance {}

    /** The call does not run; the agent gets the reason. */
    record Refused(String reason) implements Clearance {}

    /** A person has to decide first. */
    record ApprovalNeeded(ApprovalRequest request) implements Clearance {}
}
