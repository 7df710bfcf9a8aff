package dev.parley.agent;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;

/** An event while an agent answers. Events are emitted in the order in which they happen. */
public sealed interface AgentEvent {

    /** The next piece of the reply. Never empty. */
    record ReplyDelta(String text) implements AgentEvent {}

    /**
     * The agent calls a tool.
     *
     * @param step the position of the call in its turn: {@code 2}, or {@code 2.1} for the first
     *     call of the worker that this call delegated to; empty if an older version of Parley
     *     stored the event
     */
    record ToolCalled(String step, String name, JsonNode arguments) implements AgentEvent {}

    /** The tool has returned; {@code ok} is false if the tool refused or failed. */
    record ToolReturned(String step, String name, boolean ok, Duration elapsed)
            implements AgentEvent {}

    /**
     * The work of a worker has come further.
     *
     * @param step the step that delegated to the worker
     */
    record Delegated(String step, AgentType agent, DelegationStatus status) implements AgentEvent {}

    /**
     * A person has to approve a call before it runs.
     *
     * @param step the path of the call
     */
    record ApprovalAsked(
            String step, String tool, JsonNode arguments, String summary, Instant expiresAt)
            implements AgentEvent {}

    /**
     * It was decided whether a call runs.
     *
     * @param decision {@code approved}, {@code denied} or {@code expired}
     * @param by {@code owner}, {@code admin}, or {@code nobody} if it expired
     */
    record ApprovalDecided(String step, String decision, String by) implements AgentEvent {}

    /**
     * A message has joined the turn, whose reply answers it.
     *
     * @param turn the message's own turn, which ends with that
     */
    record MessageJoined(String turn) implements AgentEvent {}

    /**
     * The reply is complete, for this reason. An agent that emits no such event ends with {@link
     * FinishReason#STOP}.
     */
    record Finished(FinishReason reason) implements AgentEvent {}

    /**
     * A call of a model has used tokens.
     *
     * @param model the model's name at its endpoint
     */
    record TokensUsed(String model, Usage usage) implements AgentEvent {}
}
