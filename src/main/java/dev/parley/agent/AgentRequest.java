package dev.parley.agent;

import dev.parley.agent.tool.Toolbox;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * What an agent gets to answer a message.
 *
 * @param history the latest messages of the conversation in whole exchanges, oldest first: begins
 *     with a message of the user, and each message comes before its reply. The last message is to
 *     be answered
 * @param summary what a model has written about the earlier messages, from what the user, tools and
 *     agents said; empty if there is no summary
 * @param supervisor the agent that delegated the message; empty for a message of the user
 * @param userContext what is known about the user
 * @param steering what the user writes while the agent works
 * @param toolbox the tools that the agent may call on behalf of the user
 * @param now when the turn started
 * @param stopped whether the turn has been stopped. The agent's thread is interrupted as well; an
 *     interrupt for this reason is not a failure of the agent
 */
public record AgentRequest(
        List<ChatMessage> history,
        Optional<String> summary,
        Optional<AgentType> supervisor,
        UserContext userContext,
        Steering steering,
        Toolbox toolbox,
        Instant now,
        BooleanSupplier stopped) {

    public AgentRequest {
        history = List.copyOf(history);
    }

    /** A request by the user, in a conversation without a summary. */
    public AgentRequest(
            List<ChatMessage> history,
            UserContext userContext,
            Steering steering,
            Toolbox toolbox,
            Instant now,
            BooleanSupplier stopped) {
        this(
                history,
                Optional.empty(),
                Optional.empty(),
                userContext,
                steering,
                toolbox,
                now,
                stopped);
    }

    /** The message to answer. */
    public String message() {
        return history.getLast().content();
    }

    /** One message and its author. */
    public record ChatMessage(Role speaker, String content) {}

    /** The two sides of a conversation. */
    public enum Role {
        USER,
        ASSISTANT
    }
}
