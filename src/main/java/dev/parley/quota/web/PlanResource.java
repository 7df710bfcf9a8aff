package dev.parley.quota.web;

import dev.parley.api.validation.Storable;
import dev.parley.platform.identity.Roles;
import dev.parley.platform.identity.UserId;
import dev.parley.platform.identity.UserLookup;
import dev.parley.quota.QuotaService;
import dev.parley.quota.QuotaStatus;
import dev.parley.userdata.UserNotFound;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Lets administrators see and assign the plan of a user. */
@Path("/api/admin/users")
@RolesAllowed(Roles.ADMIN)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "administration")
class PlanResource {

    private final QuotaService quota;
    private final UserLookup users;

    PlanResource(QuotaService quota, UserLookup users) {
        this.quota = quota;
        this.users = users;
    }

    @GET
    @Path("/{id}/plan")
    @Operation(
            operationId = "readPlan",
            summary = "Get the plan of a user, and what is left of it this month",
            description = "A user without an assigned plan is on the default plan.")
    public PlanQuotaView read(@PathParam("id") UUID id) {
        UserId user = new UserId(id);
        if (!users.exists(user)) {
            throw new UserNotFound(user);
        }
        return PlanQuotaView.of(quota.of(user));
    }

    @PUT
    @Path("/{id}/plan")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(operationId = "assignPlan", summary = "Assign a plan to a user")
    public PlanQuotaView subscribe(
            @PathParam("id") UUID id, @Valid @NotNull AssignPlanRequest request) {
        UserId user = new UserId(id);
        quota.assignPlan(user, request.plan());
        return PlanQuotaView.of(quota.of(user));
    }

    record AssignPlanRequest(
            @Schema(examples = "free") @NotBlank @Storable @Size(max = 64) String plan) {}

    record PlanQuotaView(String plan, int used, int limit, int remaining, Instant resetsAt) {

        static PlanQuotaView of(QuotaStatus status) {
            return new PlanQuotaView(
                    status.plan().name(),
                    status.used(),
                    status.limit(),
                    status.remaining(),
                    status.resetsAt());
        }
    }
}
