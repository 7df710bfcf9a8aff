package dev.parley.agent;

import dev.parley.agent.tool.Tool;
import dev.parley.agent.tool.ToolCatalogue;
import io.quarkus.arc.All;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * All agents, by name. The profile of an agent says what answers: the language model where the
 * profile has instructions and an endpoint that is configured, otherwise the code that bears the
 * agent's name, otherwise a stand-in that needs no model.
 */
@ApplicationScoped
@Startup
public class AgentCatalogue {

    private final AgentProfiles profiles;
    private final Map<AgentType, Agent> agents;
    private final Map<AgentType, Map<String, Tool>> tools;

    AgentCatalogue(
            AgentProfiles profiles,
            @All List<Agent> beans,
            @All List<AgentFactory> factories,
            ToolCatalogue tools) {
        this.profiles = profiles;
        this.agents =
                profiles.all().stream()
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        AgentProfile::type,
                                        profile -> agentOf(profile, beans, factories)));
        this.tools =
                profiles.all().stream()
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        AgentProfile::type,
                                        profile -> tools.named(profile.tools())));
    }

    private static Agent agentOf(
            AgentProfile profile, List<Agent> beans, List<AgentFactory> factories) {
        Optional<Agent> bean =
                beans.stream().filter(agent -> agent.type().equals(profile.type())).findFirst();
        return bean.filter(agent -> profile.instructions().isEmpty())
                .or(() ->
                        factories.stream()
                                .flatMap(factory -> factory.create(profile).stream())
                                .findFirst())
                .orElseThrow();
    }

    /**
     * @throws UnknownAgent if no agent has this name
     */
    public Agent named(AgentType type) {
        Agent agent = agents.get(type);
        if (agent == null) {
            throw new UnknownAgent(type, types());
        }
        return agent;
    }

    /**
     * @throws UnknownAgent if no agent has this name
     */
    public AgentProfile profile(AgentType type) {
        return profiles.find(type).orElseThrow(() -> new UnknownAgent(type, types()));
    }

    /** The tools that the agent may call, by name; empty if no agent has this name. */
    public Map<String, Tool> tools(AgentType type) {
        return tools.getOrDefault(type, Map.of());
    }

    public Collection<AgentType> types() {
        return agents.keySet();
    }

    /**
     * Refuses the turn if the agent is known to be unavailable. A turn may call this method again
     * each time its opening is retried.
     *
     * @throws AgentUnavailable if the agent is known to be unavailable
     */
    public void requireAvailable(AgentType type, UUID turn) {
        named(type).requireAvailable(turn);
    }

    /**
     * The turn will not call any agent, although {@link #requireAvailable} may have admitted the
     * turn as a probe.
     */
    public void release(UUID turn) {
        agents.values().forEach(agent -> agent.release(turn));
    }

    /** One sentence that says what the agent is good for. */
    public String description(AgentType type) {
        return profile(type).description();
    }

    /** The agents that this agent may delegate to. */
    public List<AgentType> workers(AgentType type) {
        return profiles.find(type).map(AgentProfile::workers).orElse(List.of());
    }

    /** The rules of approval of this agent, by tool. */
    public Map<String, String> approvals(AgentType type) {
        return profiles.find(type).map(AgentProfile::approvals).orElse(Map.of());
    }

    /**
     * Tokens that the agent's model may read and write in one request; empty without a model, or if
     * no agent has this name.
     */
    public OptionalInt context(AgentType type) {
        Agent agent = agents.get(type);
        return agent == null ? OptionalInt.empty() : agent.context();
    }

    /** How long the agent may think in one turn. */
    public Duration timeout(AgentType type) {
        return profiles.timeout(type);
    }

    /** What a turn with the agent costs, in queries of the monthly plan. */
    public int price(AgentType type) {
        return profiles.find(type).map(AgentProfile::price).orElse(AgentProfile.DEFAULT_PRICE);
    }

    /** The model that the agent calls; empty if it calls none, or no agent has this name. */
    public Optional<String> model(AgentType type) {
        return Optional.ofNullable(agents.get(type)).flatMap(Agent::model);
    }

    /** Whether the agent answers only users who have hired it. */
    public boolean requiresHiring(AgentType type) {
        return profiles.find(type).map(AgentProfile::requiresHiring).orElse(false);
    }
}
