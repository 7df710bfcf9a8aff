package dev.parley.turn.store;

import dev.parley.agent.AgentType;
import dev.parley.agent.Usage;

/**
 * What one agent of a turn has used of one model.
 *
 * @param path of the agent: empty for the turn's own, the path of the delegating step for a worker
 */
public record UsageLine(String path, AgentType agent, String model, Usage usage) {}
