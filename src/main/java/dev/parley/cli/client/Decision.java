package dev.parley.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.cli.terminal.JsonOutput;
import org.jspecify.annotations.Nullable;

/** What a person decides about a tool call. */
sealed interface Decision {

    /** The last part of the path to which the decision is posted. */
    String action();

    ObjectNode body();

    /**
     * The call may run.
     *
     * @param arguments replaces all arguments; null leaves them as they are
     */
    record Approve(@Nullable JsonNode arguments) implements Decision {
        @Override
        public String action() {
            return "approve";
        }

        @Override
        public ObjectNode body() {
            ObjectNode body = JsonOutput.object();
            return arguments == null ? body : body.set("arguments", arguments);
        }
    }

    /**
     * The call may not run.
     *
     * @param reason what the agent gets as the call's result; empty if the person gives no reason
     */
    record Deny(String reason) implements Decision {
        @Override
        public String action() {
            return "deny";
        }

        @Override
        public ObjectNode body() {
            ObjectNode body = JsonOutput.object();
            return reason.isEmpty() ? body : body.put("reason", reason);
        }
    }

    /** What became of a decision. */
    enum Outcome {
        /** The decision counts. */
        ACCEPTED,
        /** Another decision came first. */
        ALREADY_DECIDED,
        /** Nobody decided in time, and the turn has gone on without the call. */
        EXPIRED;

        /** One sentence for the person who decided. */
        String sentence(Decision decision) {
            return switch (this) {
                case ACCEPTED -> decision instanceof Approve ? "Approved." : "Denied.";
                case ALREADY_DECIDED -> "Somebody else has decided already.";
                case EXPIRED -> "The approval has expired: the turn goes on without the call.";
            };
        }
    }
}
