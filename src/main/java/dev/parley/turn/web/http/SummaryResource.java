package dev.parley.turn.web.http;

import dev.parley.conversation.ConversationId;
import dev.parley.conversation.MessageId;
import dev.parley.conversation.Summary;
import dev.parley.platform.identity.CurrentCaller;
import dev.parley.turn.summary.SummarySteps;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The summary of a conversation. */
@Path("/api/conversations")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "conversations")
class SummaryResource {

    private final SummarySteps steps;
    private final CurrentCaller caller;

    SummaryResource(SummarySteps steps, CurrentCaller caller) {
        this.steps = steps;
        this.caller = caller;
    }

    @GET
    @Path("/{id}/summary")
    @Operation(
            operationId = "getSummary",
            summary = "Read the summary of a conversation",
            description =
                    "What a model has written about the messages that agents no longer read. If"
                            + " nothing was summarised yet, message_count is 0 and there is no"
                            + " content.")
    public SummaryView read(@PathParam("id") UUID id) {
        return SummaryView.of(steps.read(caller.id(), new ConversationId(id)));
    }

    @DELETE
    @Path("/{id}/summary")
    @Operation(
            operationId = "deleteSummary",
            summary = "Delete the summary of a conversation",
            description =
                    "Agents no longer read it. The next step begins anew, at the first message.")
    @APIResponse(responseCode = "204", description = "There is no summary any more")
    public void remove(@PathParam("id") UUID id) {
        steps.remove(caller.id(), new ConversationId(id));
    }

    record SummaryView(
            @Nullable String content,
            int messageCount,
            @Nullable UUID lastMessageId,
            @Nullable Instant updatedAt) {

        static SummaryView of(Summary summary) {
            return new SummaryView(
                    summary.content().orElse(null),
                    summary.messages(),
                    summary.lastMessage().map(MessageId::value).orElse(null),
                    summary.updatedAt().orElse(null));
        }
    }
}
