package dev.parley.quota.web;

import dev.parley.api.paging.Page;
import dev.parley.platform.identity.Roles;
import dev.parley.quota.Money;
import dev.parley.quota.Plan;
import dev.parley.quota.QuotaService;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.math.BigDecimal;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Lets administrators see the plans of the configuration. */
@Path("/api/admin/plans")
@RolesAllowed(Roles.ADMIN)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "administration")
class PlanCatalogueResource {

    private final QuotaService quota;

    PlanCatalogueResource(QuotaService quota) {
        this.quota = quota;
    }

    @GET
    @Operation(operationId = "listPlans", summary = "List the plans")
    public Page<PlanView> list() {
        return new Page<>(
                quota.plans().stream().map(plan -> PlanView.of(plan, quota.defaultPlan())).toList(),
                null);
    }

    record PlanView(
            String name,
            int limit,
            @Nullable Long tokenLimit,
            @Nullable BigDecimal costLimit,
            boolean isDefault) {

        static PlanView of(Plan plan, Plan defaultPlan) {
            return new PlanView(
                    plan.name(),
                    plan.limit(),
                    plan.tokenLimit().isPresent() ? plan.tokenLimit().getAsLong() : null,
                    plan.costLimit().isPresent() ? Money.of(plan.costLimit().getAsLong()) : null,
                    plan.equals(defaultPlan));
        }
    }
}
