package dev.parley.turn.web.http;

import dev.parley.api.paging.Page;
import dev.parley.api.paging.PageQuery;
import dev.parley.api.problem.InvalidRequest;
import dev.parley.api.validation.QueryParameterValidator;
import dev.parley.platform.identity.Roles;
import dev.parley.turn.ObservedTurn;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnStatus;
import dev.parley.turn.engine.KnownTools;
import dev.parley.turn.recovery.StuckTurnMonitor;
import dev.parley.turn.store.TurnObservation;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Shows administrators the turns of all users, without what people and agents have written. */
@Path("/api/admin/turns")
@RolesAllowed(Roles.ADMIN)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "administration")
class ObservedTurnResource {

    private final TurnObservation turns;
    private final StuckTurnMonitor monitor;
    private final KnownTools tools;
    private final Clock clock;

    ObservedTurnResource(
            TurnObservation turns, StuckTurnMonitor monitor, KnownTools tools, Clock clock) {
        this.turns = turns;
        this.monitor = monitor;
        this.tools = tools;
        this.clock = clock;
    }

    @GET
    @Operation(
            operationId = "listUnfinishedTurns",
            summary = "List the turns of all users that have not ended, oldest first",
            description = "Without messages. Unknown query parameters are refused.")
    public Page<ObservedTurnView> list(
            @Parameter(
                            description =
                                    "Only turns of this status; without it, all that have not"
                                            + " ended",
                            schema =
                                    @Schema(
                                            type = SchemaType.STRING,
                                            enumeration = {"queued", "running", "waiting"}))
                    @QueryParam("status")
                    @Nullable String status,
            @BeanParam PageQuery query,
            @Context UriInfo uri) {
        QueryParameterValidator.require(uri, "status", "cursor", "limit");
        Instant now = clock.instant();
        return Page.of(
                turns.unfinished(
                        status == null ? null : status(status),
                        query.afterId().map(TurnId::new).orElse(null),
                        query.fetchSize()),
                query,
                ObservedTurn::id,
                turn -> view(turn, now));
    }

    @GET
    @Path("/{id}")
    @Operation(
            operationId = "observeTurn",
            summary = "Read a turn of any user, with its timeline",
            description =
                    "Without messages, arguments and results: an administrator sees what goes on,"
                            + " and not what people write. The timeline has what is stored: steps"
                            + " of tools for a week, and rounds until the turn has ended.")
    public ObservedTurnView read(@PathParam("id") UUID id) {
        ObservedTurn turn = turns.read(new TurnId(id));
        return view(turn, clock.instant()).with(turns.timeline(turn), tools::nameOf);
    }

    private ObservedTurnView view(ObservedTurn turn, Instant now) {
        return ObservedTurnView.of(turn, now, monitor.maxElapsed(turn.agentType()));
    }

    private static TurnStatus status(String text) {
        return Arrays.stream(TurnStatus.values())
                .filter(status -> !status.hasEnded() && status.text().equals(text))
                .findFirst()
                .orElseThrow(() ->
                        new InvalidRequest(
                                "status",
                                "must be one of %s"
                                        .formatted(
                                                Arrays.stream(TurnStatus.values())
                                                        .filter(status -> !status.hasEnded())
                                                        .map(TurnStatus::text)
                                                        .collect(Collectors.joining(", ")))));
    }
}
