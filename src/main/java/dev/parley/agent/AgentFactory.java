package dev.parley.agent;

import java.util.Optional;

/**
 * Makes agents from profiles. The factories are asked in the order of their priorities, before and
 * after the agents that are code.
 */
public interface AgentFactory {

    /** The agent of this profile; empty if this factory cannot make it. Called once, at start. */
    Optional<Agent> create(AgentProfile profile);
}
