package dev.parley.turn.web.http;

import dev.parley.platform.identity.CurrentCaller;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnRecord;
import dev.parley.turn.engine.TurnCanceller;
import dev.parley.turn.store.TurnQueries;
import dev.parley.turn.stream.remote.TurnStreams;
import dev.parley.turn.web.EventNumber;
import dev.parley.turn.web.TurnView;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseHeader;
import org.jspecify.annotations.Nullable;

/** Reads, follows and cancels turns, on whichever replica they run. */
@Path("/api/turns")
@Authenticated
@RunOnVirtualThread
@Tag(name = "turns")
class TurnResource {

    /** A cancelled turn ends soon, and most callers want to see its end. */
    private static final Duration MAX_WAIT = Duration.ofSeconds(2);

    private final TurnQueries turns;
    private final TurnCanceller canceller;
    private final TurnStreams streams;
    private final ServerSentEvents events;
    private final CurrentCaller caller;
    private final Clock clock;

    TurnResource(
            TurnQueries turns,
            TurnCanceller canceller,
            TurnStreams streams,
            ServerSentEvents events,
            CurrentCaller caller,
            Clock clock) {
        this.turns = turns;
        this.canceller = canceller;
        this.streams = streams;
        this.events = events;
        this.caller = caller;
        this.clock = clock;
    }

    @GET
    @Path("/{id}")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(operationId = "getTurn", summary = "Read a turn")
    public TurnView read(@PathParam("id") UUID id) {
        return TurnView.of(turns.read(caller.id(), new TurnId(id)), clock.instant());
    }

    @GET
    @Path("/{id}/events")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @ResponseHeader(name = "Cache-Control", value = "no-cache")
    @ResponseHeader(name = "X-Accel-Buffering", value = "no")
    @Blocking
    @RunOnVirtualThread
    @Operation(
            operationId = "followTurn",
            summary = "Follow a turn",
            description =
                    "Streams the turn's events after the last event received, during the turn and"
                        + " after its end, on any replica. Events are numbered; missed deltas are"
                        + " joined into one delta with the last number. All deltas since"
                        + " turn.opened, appended, are the reply.")
    @APIResponse(
            responseCode = "200",
            description = "The events, as text/event-stream",
            content =
                    @Content(
                            mediaType = MediaType.SERVER_SENT_EVENTS,
                            schema = @Schema(type = SchemaType.STRING)))
    public Multi<OutboundSseEvent> follow(
            @PathParam("id") UUID id,
            @Parameter(description = "The number of the last event received")
                    @HeaderParam("Last-Event-ID")
                    @Nullable String lastEventId,
            @Parameter(description = "The same number, for clients that cannot set headers")
                    @QueryParam("after")
                    @Nullable String after,
            @Context Sse sse) {
        long lastSeen =
                after == null
                        ? EventNumber.of("Last-Event-ID", lastEventId)
                        : EventNumber.of("after", after);
        return events.of(streams.open(caller.id(), new TurnId(id)), lastSeen, false, sse);
    }

    @POST
    @Path("/{id}/cancel")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "cancelTurn",
            summary = "Cancel a turn",
            description =
                    "Stops the agent; the turn ends as cancelled, with the text written so far. A"
                            + " turn that has ended does not change. Waits up to 2 seconds for the"
                            + " turn's end, and returns its current state.")
    public TurnView cancel(@PathParam("id") UUID id) {
        TurnId turn = new TurnId(id);
        canceller.request(caller.id(), turn);
        TurnRecord record =
                streams.await(streams.open(caller.id(), turn), MAX_WAIT)
                        .orElseGet(() -> turns.read(caller.id(), turn));
        return TurnView.of(record, clock.instant());
    }
}
