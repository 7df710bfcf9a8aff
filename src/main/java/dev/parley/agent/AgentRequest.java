package dev.parley.agent;

import dev.parley.agent.tool.Toolbox;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * What an agent is told before it answers.
 *
 * @param history the latest messages of the conversation, oldest first; the last one is the message
 *     to answer
 * @param userContext what is known of the user
 * @param toolbox what the agent may do on behalf of the user
 * @param now the moment the turn began
 * @param stopped whether the agent has been told to stop, which its thread's interrupt tells too:
 *     an agent that is interrupted for this has not failed
 */
public record AgentRequest(
        List<ChatMessage> history,
        UserContext userContext,
        Toolbox toolbox,
        Instant now,
        BooleanSupplier stopped) {

    public AgentRequest {
        history = List.copyOf(history);
    }

    /** The message to answer. */
    public String message() {
        return history.getLast().content();
    }

    /** One message, and who said it. */
    public record ChatMessage(Speaker speaker, String content) {}

    /** The two sides of a conversation. */
    public enum Speaker {
        USER,
        ASSISTANT
    }
}
