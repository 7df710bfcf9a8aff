package dev.parley.turn.web.http;

import dev.parley.api.paging.Page;
import dev.parley.platform.identity.CurrentCaller;
import dev.parley.turn.web.ChatRequest;
import dev.parley.turn.web.QueueCommands;
import dev.parley.turn.web.QueuedTurnView;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The queued turns of a conversation. */
@Path("/api/conversations")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "turns")
class QueueResource {

    private static final String NOT_QUEUED =
            "turn_not_queued: the turn has started or ended; a turn that runs or waits can be"
                    + " cancelled";

    private final QueueCommands queue;
    private final CurrentCaller caller;

    QueueResource(QueueCommands queue, CurrentCaller caller) {
        this.queue = queue;
        this.caller = caller;
    }

    @GET
    @Path("/{id}/queue")
    @Operation(
            operationId = "listQueue",
            summary =
                    "List the queued turns of a conversation, in the order in which they will run",
            description = "A queue is one page: the number of queued turns is limited.")
    public Page<QueuedTurnView> list(@PathParam("id") UUID id) {
        return new Page<>(queue.list(caller.id(), id), null);
    }

    @DELETE
    @Path("/{id}/queue/{turn_id}")
    @Operation(
            operationId = "removeQueuedTurn",
            summary = "Remove a turn from the queue",
            description =
                    "The turn never runs, its message is deleted, and its queries are given back."
                            + " The turn ends as cancelled, with the error turn_removed. Repeated,"
                            + " it changes nothing.")
    @APIResponse(responseCode = "204", description = "The turn was removed")
    @APIResponse(responseCode = "409", description = NOT_QUEUED)
    public void remove(@PathParam("id") UUID id, @PathParam("turn_id") UUID turn) {
        queue.remove(caller.id(), id, turn);
    }

    @PATCH
    @Path("/{id}/queue/{turn_id}")
    @Consumes({MediaType.APPLICATION_JSON, "application/merge-patch+json"})
    @Operation(
            operationId = "editQueuedTurn",
            summary = "Edit the message of a queued turn",
            description =
                    "The turn keeps its place in the queue, and its agent gets the new message. A"
                            + " request that is repeated with the turn's Idempotency-Key still gets"
                            + " this turn.")
    @APIResponse(
            responseCode = "200",
            description = "The turn as it is queued now",
            content = @Content(schema = @Schema(implementation = QueuedTurnView.class)))
    @APIResponse(responseCode = "409", description = NOT_QUEUED)
    public QueuedTurnView edit(
            @PathParam("id") UUID id,
            @PathParam("turn_id") UUID turn,
            @Valid @NotNull EditQueuedTurnRequest request) {
        return queue.edit(caller.id(), id, turn, request.message());
    }

    record EditQueuedTurnRequest(
            @Schema(
                            description = "The new message, at most 32,000 characters",
                            examples = "Add a task: buy oat milk tomorrow",
                            maxLength = ChatRequest.MAX_LENGTH,
                            pattern = "\\S",
                            required = true)
                    @Nullable String message) {}
}
