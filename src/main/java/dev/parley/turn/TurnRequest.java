package dev.parley.turn;

import dev.parley.agent.AgentType;
import dev.parley.conversation.ConversationId;
import dev.parley.platform.identity.UserId;
import java.util.Optional;

/**
 * A request to run a turn.
 *
 * @param conversation the conversation to continue; empty creates a new conversation
 * @param agentType the agent that answers; empty means the conversation's agent, or {@link
 *     AgentType#ASSISTANT}
 * @param whenBusy what to do while another turn runs in the conversation
 * @param key identifies a retry of the same request
 */
public record TurnRequest(
        TurnId id,
        UserId user,
        Optional<ConversationId> conversation,
        Optional<AgentType> agentType,
        String message,
        WhenBusy whenBusy,
        Optional<IdempotencyKey> key) {}
