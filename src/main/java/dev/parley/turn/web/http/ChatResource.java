package dev.parley.turn.web.http;

import dev.parley.api.filter.RateLimit;
import dev.parley.platform.identity.CurrentCaller;
import dev.parley.ratelimit.LimitedAction;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnRecord;
import dev.parley.turn.engine.TurnCanceller;
import dev.parley.turn.engine.TurnEngine;
import dev.parley.turn.engine.TurnHandle;
import dev.parley.turn.store.TurnQueries;
import dev.parley.turn.stream.TurnStream;
import dev.parley.turn.stream.remote.TurnStreams;
import dev.parley.turn.web.ChatRequest;
import dev.parley.turn.web.TurnHasNoReply;
import dev.parley.turn.web.TurnView;
import io.quarkus.logging.Log;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import io.vertx.core.http.HttpServerResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.NotAcceptableException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Clock;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseHeader;
import org.jspecify.annotations.Nullable;

/**
 * Sends a message to an agent. The caller waits for the whole reply, streams it, or reads it later.
 */
@Path("/api/chat")
@Authenticated
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_JSON)
@RateLimit(by = LimitedAction.TURNS)
@Tag(name = "turns")
class ChatResource {

    private static final String KEY = "Idempotency-Key";
    private static final String KEY_DESCRIPTION =
            "Identifies this request: a repeated request with the same key and body returns the"
                    + " same turn";

    /** RFC 7240: preferences are a list; their parameters are ignored here. */
    private static final Pattern RESPOND_ASYNC =
            Pattern.compile("(?:^|,)\\s*respond-async\\s*(?:[,;=]|$)", Pattern.CASE_INSENSITIVE);

    private final TurnEngine engine;
    private final TurnStreams streams;
    private final TurnCanceller canceller;
    private final TurnQueries turns;
    private final ServerSentEvents events;
    private final CurrentCaller caller;
    private final Clock clock;

    ChatResource(
            TurnEngine engine,
            TurnStreams streams,
            TurnCanceller canceller,
            TurnQueries turns,
            ServerSentEvents events,
            CurrentCaller caller,
            Clock clock) {
        this.engine = engine;
        this.streams = streams;
        this.canceller = canceller;
        this.turns = turns;
        this.events = events;
        this.caller = caller;
        this.clock = clock;
    }

    @POST
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "sendMessage",
            summary = "Send a message",
            description =
                    "Sends a message and waits for the agent's reply. With Accept:"
                        + " text/event-stream, streams the turn's events as they happen. With"
                        + " Prefer: respond-async, returns at once; GET /api/turns/{id} returns the"
                        + " result later. If the client disconnects, the turn continues, unless"
                        + " on_disconnect is cancel.")
    @APIResponse(
            responseCode = "200",
            description = "The turn with the reply",
            content = {
                @Content(
                        mediaType = MediaType.APPLICATION_JSON,
                        schema = @Schema(implementation = TurnView.class)),
                @Content(
                        mediaType = MediaType.SERVER_SENT_EVENTS,
                        schema = @Schema(implementation = String.class))
            })
    @APIResponse(
            responseCode = "202",
            description =
                    "With Prefer: respond-async, the current state of the turn; without it, the"
                            + " turn that waits for an approval (status waiting), or whose message"
                            + " has joined the turn that ran before (status steered; Location"
                            + " is that turn)",
            headers = {
                @Header(name = "Location", ref = "Location"),
                @Header(name = "Preference-Applied", ref = "Preference-Applied")
            },
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = TurnView.class)))
    @APIResponse(responseCode = "404", description = "not_found: the user has no such conversation")
    @APIResponse(
            responseCode = "409",
            description =
                    "conversation_busy: another turn runs in the conversation, or 10 wait;"
                            + " conversation_waiting: the turn before waits for an approval;"
                            + " limit_reached: the account may open no more conversations;"
                            + " turn_cancelled: the turn was cancelled while this request waited;"
                            + " turn_removed: the turn was removed from the queue")
    @APIResponse(
            responseCode = "422",
            description = "idempotency_key_reused: the key was used for another request")
    @APIResponse(responseCode = "502", description = "agent_failed: the agent returned no reply")
    @APIResponse(
            responseCode = "504",
            description = "agent_timeout: the agent did not reply in time")
    public Response chat(
            @Valid @NotNull ChatRequest request,
            @Parameter(description = KEY_DESCRIPTION) @HeaderParam(KEY) @Nullable String key,
            @Parameter(
                            description =
                                    "`respond-async` to be answered at once (RFC 7240, section"
                                            + " 4.1)",
                            example = "respond-async")
                    @HeaderParam("Prefer")
                    @Nullable String prefer,
            @Context HttpHeaders headers,
            @Context HttpServerResponse connection) {
        requireAcceptable(headers);
        TurnHandle handle = engine.submit(request.toTurnRequest(caller.id(), key));
        if (prefer != null && RESPOND_ASYNC.matcher(prefer).find()) {
            return accepted(handle.id());
        }
        TurnStream stream = stream(handle);
        if (request.cancelsOnDisconnect()) {
            connection.closeHandler(_ -> cancelLater(stream));
            if (connection.closed()) {
                // The client disconnected while the turn was opened: the close handler is not
                // called any more
                cancelLater(stream);
            }
        }
        TurnRecord ended = streams.await(stream);
        if (ended.isWaiting()) {
            return Response.accepted(TurnView.of(ended, clock.instant()))
                    .header(HttpHeaders.LOCATION, "/api/turns/" + ended.id())
                    .build();
        }
        if (ended.answeredBy().isPresent()) {
            return Response.accepted(TurnView.of(ended, clock.instant()))
                    .header(HttpHeaders.LOCATION, "/api/turns/" + ended.answeredBy().get())
                    .build();
        }
        if (!ended.hasSucceeded()) {
            throw new TurnHasNoReply(ended, key != null);
        }
        return Response.ok(TurnView.of(ended, clock.instant())).build();
    }

    @POST
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @ResponseHeader(name = "Cache-Control", value = "no-cache")
    @ResponseHeader(name = "X-Accel-Buffering", value = "no")
    @Blocking
    @RunOnVirtualThread
    @Operation(hidden = true)
    public Multi<OutboundSseEvent> stream(
            @Valid @NotNull ChatRequest request,
            @HeaderParam(KEY) @Nullable String key,
            @Context Sse sse) {
        TurnHandle handle = engine.submit(request.toTurnRequest(caller.id(), key));
        return events.of(stream(handle), 0, request.cancelsOnDisconnect(), sse);
    }

    /**
     * Of two methods at one path, the framework calls the first even if neither produces an
     * accepted type.
     */
    private static void requireAcceptable(HttpHeaders headers) {
        if (headers.getAcceptableMediaTypes().stream()
                .noneMatch(MediaType.APPLICATION_JSON_TYPE::isCompatible)) {
            throw new NotAcceptableException();
        }
    }

    private TurnStream stream(TurnHandle handle) {
        return handle.stream().orElseGet(() -> streams.open(caller.id(), handle.id()));
    }

    private Response accepted(TurnId id) {
        return Response.accepted(TurnView.of(turns.read(caller.id(), id), clock.instant()))
                .header(HttpHeaders.LOCATION, "/api/turns/" + id)
                .header("Preference-Applied", "respond-async")
                .build();
    }

    private void cancelLater(TurnStream stream) {
        if (!stream.hasEnded()) {
            Thread.ofVirtual().name("detached-" + stream.id()).start(() -> cancel(stream));
        }
    }

    private void cancel(TurnStream stream) {
        try {
            canceller.request(stream.user(), stream.id());
        } catch (RuntimeException failure) {
            Log.warnf(
                    failure,
                    "Turn %s could not be cancelled after its client disconnected",
                    stream.id());
        }
    }
}
