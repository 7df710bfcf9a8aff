package dev.parley.agent;

import io.quarkus.arc.All;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** The catalogue of all agents that can be asked. */
@ApplicationScoped
@Startup
public class AgentCatalogue {

    private final Map<AgentType, Agent> catalogue;
    private final Set<String> requiresHiring;

    AgentCatalogue(@All List<Agent> agents, AgentConfig config) {
        requiresHiring = config.requiresHiring();
        Map<String, Agent> named = new TreeMap<>();
        for (Agent agent : agents) {
            if (agent.enabled() && named.putIfAbsent(agent.type().value(), agent) != null) {
                throw new IllegalStateException("Two agents are called " + agent.type());
            }
        }
        Agent offline = named.get(AgentType.OFFLINE.value());
        if (offline != null) {
            named.putIfAbsent(AgentType.ASSISTANT.value(), offline);
        }
        catalogue =
                named.entrySet().stream()
                        .collect(
                                java.util.stream.Collectors.toUnmodifiableMap(
                                        e -> new AgentType(e.getKey()), Map.Entry::getValue));
    }

    /**
     * @throws UnknownAgent where nobody bears that name
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
     * Whether a call has a chance just now, which one turn may ask as often as its opening is
     * tried.
     *
     * @throws AgentUnavailable where the agent is known to be away
     */
    public void requireAvailable(AgentType type, UUID turn) {
        named(type).requireAvailable(turn);
    }

    /** The turn is not going to call any agent, though it may have asked for one. */
    public void release(UUID turn) {
        catalogue.values().forEach(agent -> agent.release(turn));
    }

    /** What the agent is good for, in a sentence. */
    public String description(AgentType type) {
        return named(type).description();
    }

    /** Whether it answers only users who have hired it. */
    public boolean requiresHiring(AgentType type) {
        return requiresHiring.contains(type.value());
    }
}
