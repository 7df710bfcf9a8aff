package dev.parley.quota.web;

import dev.parley.platform.identity.CurrentCaller;
import dev.parley.quota.QuotaHistory;
import dev.parley.quota.QuotaService;
import dev.parley.quota.QuotaStatus;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The quota of the current user. */
@Path("/api/me/quota")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "quota")
class QuotaResource {

    private final QuotaService quota;
    private final CurrentCaller caller;

    QuotaResource(QuotaService quota, CurrentCaller caller) {
        this.quota = quota;
        this.caller = caller;
    }

    @GET
    @Operation(
            operationId = "getQuota",
            summary = "Read the quota of the current user",
            description =
                    "Includes the days of this month with queries, and the last twelve months."
                            + " Days and months are in UTC.")
    public QuotaView read() {
        return QuotaView.of(quota.of(caller.id()), quota.history(caller.id()));
    }

    record QuotaView(
            String plan,
            int used,
            int limit,
            int remaining,
            Instant resetsAt,
            List<DailyUseView> days,
            List<MonthlyUseView> months) {

        static QuotaView of(QuotaStatus status, QuotaHistory history) {
            return new QuotaView(
                    status.plan().name(),
                    status.used(),
                    status.limit(),
                    status.remaining(),
                    status.resetsAt(),
                    history.days().stream()
                            .map(day -> new DailyUseView(day.day(), day.used()))
                            .toList(),
                    history.months().stream()
                            .map(month ->
                                    new MonthlyUseView(month.month().toString(), month.used()))
                            .toList());
        }
    }

    record DailyUseView(LocalDate day, int used) {}

    record MonthlyUseView(@Schema(examples = "2026-11") String month, int used) {}
}
