package dev.parley.operations.history.web;

import dev.parley.api.problem.InvalidRequest;
import dev.parley.api.validation.QueryParameterValidator;
import dev.parley.operations.history.MetricSeries;
import dev.parley.operations.history.MetricsHistory;
import dev.parley.platform.identity.Roles;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Shows administrators the last hour of the metrics of the replica that answers. */
@Path("/api/admin/metrics")
@RolesAllowed(Roles.ADMIN)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "administration")
class MetricsHistoryResource {

    private final MetricsHistory history;

    MetricsHistoryResource(MetricsHistory history) {
        this.history = history;
    }

    @GET
    @Operation(
            operationId = "getMetrics",
            summary = "Read the metrics of the last hour, of the replica that answers",
            description =
                    "In columns, as charts take them: each series has one value for each time."
                            + " Endings of turns and latencies are those since the sample before;"
                            + " all others are values at the time. With several replicas, compare"
                            + " `instance`: another one has another history. Unknown query"
                            + " parameters are refused.")
    public MetricsHistoryView read(
            @Parameter(
                            description =
                                    "Only samples that are newer than this time, in seconds since"
                                            + " 1970 (the last of `times`)",
                            schema =
                                    @Schema(
                                            type = SchemaType.INTEGER,
                                            format = "int64",
                                            minimum = "0"))
                    @QueryParam("since")
                    @Nullable String since,
            @Context UriInfo uri) {
        QueryParameterValidator.require(uri, "since");
        return MetricsHistoryView.of(history.after(epochSecond(since)));
    }

    private static long epochSecond(@Nullable String since) {
        if (since == null) {
            return 0;
        }
        if (!since.matches("[0-9]{1,12}")) {
            throw new InvalidRequest("since", "must be a number of seconds since 1970");
        }
        return Long.parseLong(since);
    }

    /** The history of metrics, in columns. */
    record MetricsHistoryView(
            UUID instance,
            int intervalSeconds,
            Instant startedAt,
            List<Long> times,
            @Schema(ref = "MetricSeries") Map<String, List<@Nullable Double>> series) {

        static MetricsHistoryView of(MetricsHistory.Recorded recorded) {
            Map<String, List<@Nullable Double>> series = new LinkedHashMap<>();
            for (MetricSeries metric : MetricSeries.values()) {
                series.put(metric.text(), recorded.series().getOrDefault(metric, List.of()));
            }
            return new MetricsHistoryView(
                    recorded.instance().value(),
                    Math.toIntExact(MetricsHistory.INTERVAL.toSeconds()),
                    recorded.startedAt(),
                    recorded.times(),
                    series);
        }
    }
}
