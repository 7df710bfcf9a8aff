package dev.parley.quota.web;

import dev.parley.platform.identity.Roles;
import dev.parley.platform.jobs.Deadline;
import dev.parley.quota.ReconciliationJob;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** An administrator's look at all quotas. */
@Path("/api/admin/quota")
@RolesAllowed(Roles.ADMIN)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "administration")
class QuotaAdminResource {

    private static final Duration AT_MOST = Duration.ofSeconds(30);

    private final ReconciliationJob reconciliation;

    QuotaAdminResource(ReconciliationJob reconciliation) {
        this.reconciliation = reconciliation;
    }

    @POST
    @Path("/reconcile")
    @Operation(
            summary = "Compare the counters of queries with the ledger",
            description =
                    "This month's and the last one's, for 30 s at most; is_complete tells whether"
                        + " that was enough. Differences are repaired where the configuration says"
                        + " so; the first thousand are told.")
    public ReportView reconcile() {
        return ReportView.of(reconciliation.reconcile(Deadline.in(AT_MOST)));
    }

    record ReportView(
            int compared, int found, boolean isComplete, List<DifferenceView> differences) {

        static ReportView of(ReconciliationJob.Report report) {
            return new ReportView(
                    report.compared(),
                    report.found(),
                    report.isComplete(),
                    report.differences().stream().map(DifferenceView::of).toList());
        }
    }

    record DifferenceView(
            UUID userId,
            @Schema(examples = "2026-11") String month,
            int counted,
            int written,
            boolean repaired) {

        static DifferenceView of(ReconciliationJob.Difference difference) {
            return new DifferenceView(
                    difference.user().value(),
                    difference.month().toString(),
                    difference.counted(),
                    difference.written(),
                    difference.repaired());
        }
    }
}
