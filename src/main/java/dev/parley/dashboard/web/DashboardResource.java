package dev.parley.dashboard.web;

import dev.parley.dashboard.DashboardService;
import dev.parley.dashboard.DashboardStats;
import dev.parley.platform.identity.CurrentCaller;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The current user's counts of all modules. */
@Path("/api/dashboard/stats")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "dashboard")
class DashboardResource {

    private final DashboardService dashboard;
    private final CurrentCaller caller;

    DashboardResource(DashboardService dashboard, CurrentCaller caller) {
        this.dashboard = dashboard;
        this.caller = caller;
    }

    @GET
    @Operation(operationId = "getDashboard", summary = "Read the counts of the dashboard")
    public DashboardView read() {
        return DashboardView.of(dashboard.read(caller.id()));
    }

    record DashboardView(
            TaskCountsView tasks,
            long conversations,
            TurnCountsView turns,
            long unreadNotifications,
            QuotaCountsView quota,
            Instant asOf) {

        static DashboardView of(DashboardStats stats) {
            return new DashboardView(
                    new TaskCountsView(
                            stats.tasks().total(),
                            stats.tasks().pending(),
                            stats.tasks().inProgress(),
                            stats.tasks().completed(),
                            stats.tasks().overdue()),
                    stats.conversations(),
                    new TurnCountsView(stats.turns().today(), stats.turns().running()),
                    stats.unreadNotifications(),
                    new QuotaCountsView(stats.quota().used(), stats.quota().limit()),
                    stats.asOf());
        }
    }

    record TaskCountsView(
            long total, long pending, long inProgress, long completed, long overdue) {}

    record TurnCountsView(long today, long running) {}

    record QuotaCountsView(int used, int limit) {}
}
