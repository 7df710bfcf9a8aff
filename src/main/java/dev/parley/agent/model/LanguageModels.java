package dev.parley.agent.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.agent.Agent;
import dev.parley.agent.AgentConfig;
import dev.parley.agent.AgentFactory;
import dev.parley.agent.AgentProfile;
import jakarta.annotation.Priority;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Makes an agent of each profile that has instructions and an endpoint that is configured. */
@Singleton
@Priority(2)
class LanguageModels implements AgentFactory {

    private final ModelEndpoints endpoints;
    private final ModelConfig config;
    private final AgentConfig limits;
    private final ModelCallTracing tracing;
    private final ObjectMapper json;

    LanguageModels(
            ModelEndpoints endpoints,
            ModelConfig config,
            AgentConfig limits,
            ModelCallTracing tracing,
            ObjectMapper json) {
        this.endpoints = endpoints;
        this.config = config;
        this.limits = limits;
        this.tracing = tracing;
        this.json = json;
    }

    @Override
    public Optional<Agent> create(AgentProfile profile) {
        return profile.instructions()
                .flatMap(instructions ->
                        endpoints
                                .find(profile.endpoint())
                                .map(connected -> agent(profile, instructions, connected)));
    }

    private Agent agent(
            AgentProfile profile, String instructions, ModelEndpoints.Connected connected) {
        return new LanguageModel(
                profile,
                instructions,
                connected.endpoint(),
                config,
                limits,
                connected.guarded(),
                connected.circuit(),
                tracing,
                json);
    }
}
