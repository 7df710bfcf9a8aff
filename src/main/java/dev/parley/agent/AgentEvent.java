package dev.parley.agent;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/** What happens while an agent answers, in the order in which it happens. */
public sealed interface AgentEvent {

    /** A further piece of the reply. Never empty. */
    record ReplyDelta(String text) implements AgentEvent {}

    /** The agent uses a tool. */
    record ToolCalled(String name, JsonNode arguments) implements AgentEvent {}

    /** The tool has answered; {@code ok} is false where it refused or failed. */
    record ToolReturned(String name, boolean ok, Duration elapsed) implements AgentEvent {}

    /** Tokens used since the last such event. */
    record TokensUsed(Usage usage) implements AgentEvent {}
}
