package dev.parley.turn;

import dev.parley.agent.AgentType;
import dev.parley.conversation.ConversationId;
import dev.parley.platform.identity.UserId;
import java.util.Optional;

/**
 * A turn that somebody wants to take.
 *
 * @param conversation the one to go on with; empty begins a new one
 * @param agentType who is to answer; empty is the conversation's agent, or {@link
 *     AgentType#ASSISTANT}
 * @param whenBusy what to do while another turn runs in the conversation
 * @param key by which the client tells a repeated request from a new one
 */
public record TurnRequest(
        TurnId id,
        UserId user,
        Optional<ConversationId> conversation,
        Optional<AgentType> agentType,
        String message,
        WhenBusy whenBusy,
        Optional<IdempotencyKey> key) {}
