package dev.parley.agent.offline;

import dev.parley.agent.Agent;
import dev.parley.agent.AgentFactory;
import dev.parley.agent.AgentProfile;
import jakarta.annotation.Priority;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Makes an agent that needs no model of any profile. */
@Singleton
@Priority(1)
class OfflineAgents implements AgentFactory {

    @Override
    public Optional<Agent> create(AgentProfile profile) {
        return Optional.of(new OfflineAssistant(profile));
    }
}
