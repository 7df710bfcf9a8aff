package dev.parley.agent;

import io.quarkus.arc.All;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.eclipse.microprofile.config.Config;

/** All enabled agents, by name. */
@ApplicationScoped
@Startup
public class AgentCatalogue {

    private final Map<AgentType, Agent> catalogue;
    private final Set<String> requiresHiring;
    private final AgentConfig config;
    private final Config settings;

    AgentCatalogue(@All List<Agent> agents, AgentConfig config, Config settings) {
        this.config = config;
        this.settings = settings;
        requiresHiring = config.requiresHiring();
        Map<String, Agent> byName = new TreeMap<>();
        for (Agent agent : agents) {
            if (agent.enabled() && byName.putIfAbsent(agent.type().value(), agent) != null) {
                throw new IllegalStateException("Two agents have the name " + agent.type());
            }
        }
        Agent offline = byName.get(AgentType.OFFLINE.value());
        if (offline != null) {
            byName.putIfAbsent(AgentType.ASSISTANT.value(), offline);
        }
        catalogue =
                byName.entrySet().stream()
                        .collect(
                                java.util.stream.Collectors.toUnmodifiableMap(
                                        entry -> new AgentType(entry.getKey()),
                                        Map.Entry::getValue));
    }

    /**
     * @throws UnknownAgent if no agent has this name
     */
    public Agent named(AgentType type) {
        Agent agent = catalogue.get(type);
        if (agent == null) {
            throw new UnknownAgent(type, types());
        }
        return agent;
    }

    public Collection<AgentType> types() {
        return catalogue.keySet();
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
        catalogue.values().forEach(agent -> agent.release(turn));
    }

    /** One sentence that says what the agent is good for. */
    public String description(AgentType type) {
        return named(type).description();
    }

    /** The agents that this agent may delegate to. */
    public List<AgentType> workers(AgentType type) {
        return settings
                .getOptionalValues(key(type, "workers"), String.class)
                .orElse(List.of())
                .stream()
                .map(AgentType::new)
                .toList();
    }

    /** How long the agent may think in one turn. */
    public Duration timeout(AgentType type) {
        return settings.getOptionalValue(key(type, "timeout"), Duration.class)
                .orElse(config.timeout());
    }

    private static String key(AgentType type, String setting) {
        return "parley.agents.\"%s\".%s".formatted(type, setting);
    }

    /** Whether the agent answers only users who have hired it. */
    public boolean requiresHiring(AgentType type) {
        return requiresHiring.contains(type.value());
    }
}
