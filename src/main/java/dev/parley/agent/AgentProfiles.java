package dev.parley.agent;

import dev.parley.agent.approval.ApprovalPolicy;
import dev.parley.agent.tool.ToolCatalogue;
import io.quarkus.arc.All;
import io.quarkus.runtime.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The profiles of all agents, made of the configuration at start. */
@Singleton
@Startup
public class AgentProfiles {

    private final Map<AgentType, AgentProfile> profiles;
    private final Duration longestTimeout;

    /**
     * Reads the profiles from the configuration.
     *
     * @throws InvalidCatalogue if the configuration has mistakes
     */
    @Inject
    AgentProfiles(
            AgentCatalogueConfig agents,
            EndpointCatalogueConfig endpoints,
            @ConfigProperty(name = "parley.model.context") int modelContext,
            AgentConfig limits,
            @All List<Agent> beans,
            ToolCatalogue tools,
            ApprovalPolicy approvals,
            Config config) {
        this(
                new CatalogueReader(
                                agents,
                                endpoints,
                                modelContext,
                                limits,
                                beans,
                                tools.tools().keySet(),
                                approvals::mistakes)
                        .read(config.getPropertyNames()),
                limits.timeout());
    }

    AgentProfiles(Map<AgentType, AgentProfile> profiles, Duration defaultTimeout) {
        this.profiles = profiles;
        this.longestTimeout =
                profiles.values().stream()
                        .map(AgentProfile::timeout)
                        .max(Duration::compareTo)
                        .orElse(defaultTimeout);
    }

    public Collection<AgentProfile> all() {
        return profiles.values();
    }

    public Optional<AgentProfile> find(AgentType type) {
        return Optional.ofNullable(profiles.get(type));
    }

    /**
     * How long the agent may think; for a name that the catalogue no longer has, as long as any
     * agent.
     */
    public Duration timeout(AgentType type) {
        return find(type).map(AgentProfile::timeout).orElse(longestTimeout);
    }

    /** The longest time that any agent may think. */
    public Duration longestTimeout() {
        return longestTimeout;
    }
}
