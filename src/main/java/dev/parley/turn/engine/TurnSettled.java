package dev.parley.turn.engine;

import dev.parley.agent.AgentType;
import dev.parley.conversation.ConversationId;
import dev.parley.platform.identity.UserId;

/** A turn was settled by this process. Observers must return at once. */
public record TurnSettled(UserId user, ConversationId conversation, AgentType agent) {}
