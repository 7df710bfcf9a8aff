package dev.parley.quota.web;

import dev.parley.platform.identity.Roles;
import dev.parley.platform.identity.UserId;
import dev.parley.quota.Money;
import dev.parley.quota.MonthlyUsage;
import dev.parley.quota.QuotaService;
import dev.parley.quota.web.QuotaView.ModelUsageView;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.math.BigDecimal;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Lets administrators read what users have used. */
@Path("/api/admin/usage")
@RolesAllowed(Roles.ADMIN)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "administration")
class UsageAdminResource {

    private final QuotaService quota;

    UsageAdminResource(QuotaService quota) {
        this.quota = quota;
    }

    @GET
    @Operation(
            operationId = "getUsage",
            summary = "Read the tokens and the cost of all users, or of one, in a month",
            description = "By agent and model; of turns that have ended. Months are in UTC.")
    public UsageView usage(
            @Parameter(description = "The month; this month if there is none", example = "2026-11")
                    @QueryParam("month")
                    @Pattern(
                            regexp = "2[0-9]{3}-(0[1-9]|1[0-2])",
                            message = "must be a month such as 2026-11")
                    @Nullable String month,
            @Parameter(description = "Only what this user has used") @QueryParam("user_id")
                    @Nullable UUID user) {
        return UsageView.of(
                quota.usage(
                        Optional.ofNullable(month).map(YearMonth::parse),
                        Optional.ofNullable(user).map(UserId::new)));
    }

    @Schema(name = "MonthlyUsage", description = "What users have used in a month")
    record UsageView(
            @Schema(examples = "2026-11") String month,
            @Schema(description = "Input and output tokens together") long tokens,
            BigDecimal cost,
            @Schema(description = "A code of ISO 4217", examples = "USD") String currency,
            List<ModelUsageView> usage) {

        static UsageView of(MonthlyUsage usage) {
            return new UsageView(
                    usage.month().toString(),
                    usage.spent().tokens(),
                    Money.of(usage.spent().cost()),
                    usage.currency(),
                    usage.byModel().stream().map(ModelUsageView::of).toList());
        }
    }
}
