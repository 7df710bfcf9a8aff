package dev.parley.turn;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** What a person decides about a tool call. */
public sealed interface ApprovalDecision {

    ApprovalStatus status();

    /**
     * The call runs.
     *
     * @param arguments what runs instead of the stored arguments, all of them; empty to change
     *     nothing
     */
    record Approve(Optional<JsonNode> arguments) implements ApprovalDecision {

        @Override
        public ApprovalStatus status() {
            return ApprovalStatus.APPROVED;
        }
    }

    /**
     * The call does not run.
     *
     * @param reason for the agent
     */
    record Deny(Optional<String> reason) implements ApprovalDecision {

        @Override
        public ApprovalStatus status() {
            return ApprovalStatus.DENIED;
        }
    }
}
