package dev.parley.hiring;

import dev.parley.agent.AgentType;
import dev.parley.platform.identity.UserId;

/** A user and an agent that the user has hired, or wants to use. */
public record AgentHire(UserId user, AgentType agentType) {}
