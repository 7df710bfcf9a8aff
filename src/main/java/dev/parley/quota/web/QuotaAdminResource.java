package dev.parley.quota.web;

import dev.parley.platform.identity.Roles;
import dev.parley.platform.jobs.Deadline;
import dev.parley.quota.Money;
import dev.parley.quota.ReconciliationJob;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Lets administrators reconcile the quotas of all users. */
@Path("/api/admin/quota")
@RolesAllowed(Roles.ADMIN)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "administration")
class QuotaAdminResource {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ReconciliationJob reconciliation;

    QuotaAdminResource(ReconciliationJob reconciliation) {
        this.reconciliation = reconciliation;
    }

    @POST
    @Path("/reconcile")
    @Operation(
            operationId = "reconcileQuotas",
            summary = "Compare the counters of queries, tokens and cost with the ledger",
            description =
                    "Compares this month and the last month, for at most 30 s; is_complete is false"
                        + " if the time ran out. Differences are repaired unless the configuration"
                        + " says otherwise; the first 1000 differences are returned.")
    public ReconciliationView reconcile() {
        return ReconciliationView.of(reconciliation.reconcile(Deadline.in(TIMEOUT)));
    }

    record ReconciliationView(
            int compared, int found, boolean isComplete, List<QuotaDifferenceView> differences) {

        static ReconciliationView of(ReconciliationJob.Report report) {
            return new ReconciliationView(
                    report.compared(),
                    report.found(),
                    report.isComplete(),
                    report.differences().stream().map(QuotaDifferenceView::of).toList());
        }
    }

    record QuotaDifferenceView(
            UUID userId,
            @Schema(examples = "2026-11") String month,
            int counted,
            int written,
            long countedTokens,
            long writtenTokens,
            BigDecimal countedCost,
            BigDecimal writtenCost,
            boolean repaired) {

        static QuotaDifferenceView of(ReconciliationJob.Difference difference) {
            return new QuotaDifferenceView(
                    difference.user().value(),
                    difference.month().toString(),
                    difference.counted().queries(),
                    difference.written().queries(),
                    difference.counted().tokens(),
                    difference.written().tokens(),
                    Money.of(difference.counted().cost()),
                    Money.of(difference.written().cost()),
                    difference.repaired());
        }
    }
}
