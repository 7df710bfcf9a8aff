package dev.parley.hiring.web;

import dev.parley.agent.AgentCatalogue;
import dev.parley.agent.AgentProfile;
import dev.parley.agent.AgentType;
import dev.parley.api.paging.Page;
import dev.parley.hiring.HiringService;
import dev.parley.platform.identity.CurrentCaller;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The catalogue of agents. */
@Path("/api/agents")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "agents")
class AgentResource {

    private final HiringService hirings;
    private final AgentCatalogue agents;
    private final CurrentCaller caller;

    AgentResource(HiringService hirings, AgentCatalogue agents, CurrentCaller caller) {
        this.hirings = hirings;
        this.agents = agents;
        this.caller = caller;
    }

    @GET
    @Operation(
            operationId = "listAgents",
            summary = "List the catalogue of agents in the order of their names")
    public Page<AgentView> catalogue() {
        Set<AgentType> hired =
                hirings.list(caller.id()).stream()
                        .map(HiringService.HiredSince::agentType)
                        .collect(Collectors.toUnmodifiableSet());
        List<AgentView> views =
                agents.types().stream()
                        .sorted(Comparator.comparing(AgentType::value))
                        .map(type -> view(type, hired.contains(type)))
                        .toList();
        return new Page<>(views, null);
    }

    private AgentView view(AgentType type, boolean hired) {
        AgentProfile profile = agents.profile(type);
        return new AgentView(
                type.value(),
                profile.name(),
                profile.description(),
                profile.requiresHiring(),
                profile.price(),
                hired,
                profile.workers().stream().map(AgentType::value).toList());
    }

    record AgentView(
            @Schema(examples = "news") String agentType,
            @Schema(examples = "News") String name,
            String description,
            boolean requiresHiring,
            @Schema(examples = "1") int price,
            boolean hired,
            List<String> workers) {}
}
