package dev.parley.hiring;

import dev.parley.agent.AgentType;
import dev.parley.platform.identity.UserId;

/** That a user has taken an agent on. */
public record AgentHire(UserId user, AgentType agentType) {}
