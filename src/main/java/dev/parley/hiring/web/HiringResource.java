package dev.parley.hiring.web;

import dev.parley.agent.AgentType;
import dev.parley.api.paging.Page;
import dev.parley.api.validation.Storable;
import dev.parley.hiring.HiringService;
import dev.parley.platform.identity.CurrentCaller;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The agents that the current user has hired. */
@Path("/api/me/agents")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "agents")
class HiringResource {

    private final HiringService hirings;
    private final CurrentCaller caller;

    HiringResource(HiringService hirings, CurrentCaller caller) {
        this.hirings = hirings;
        this.caller = caller;
    }

    @GET
    @Operation(
            operationId = "listHiredAgents",
            summary = "List the hired agents in the order of their names")
    public Page<HiredAgentView> list() {
        return new Page<>(
                hirings.list(caller.id()).stream().map(HiredAgentView::of).toList(), null);
    }

    @PUT
    @Path("/{agent_type}")
    @Operation(operationId = "hireAgent", summary = "Hire an agent")
    public HiredAgentView hire(
            @Parameter(example = "news") @PathParam("agent_type") @Storable @Size(max = 64)
                    String agentType) {
        return HiredAgentView.of(hirings.hire(caller.id(), new AgentType(agentType)));
    }

    @DELETE
    @Path("/{agent_type}")
    @Operation(operationId = "dismissAgent", summary = "Dismiss an agent")
    @APIResponse(responseCode = "204", description = "The agent is no longer hired")
    public void dismiss(
            @Parameter(example = "news") @PathParam("agent_type") @Storable @Size(max = 64)
                    String agentType) {
        hirings.dismiss(caller.id(), new AgentType(agentType));
    }

    record HiredAgentView(@Schema(examples = "news") String agentType, Instant hiredAt) {

        static HiredAgentView of(HiringService.HiredSince hired) {
            return new HiredAgentView(hired.agentType().value(), hired.hiredAt());
        }
    }
}
