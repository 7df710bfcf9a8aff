package dev.parley.turn.web.http;

import dev.parley.api.filter.RateLimit;
import dev.parley.conversation.ConversationId;
import dev.parley.platform.identity.CurrentCaller;
import dev.parley.ratelimit.LimitedAction;
import dev.parley.turn.summary.Summaries;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Summarises conversations. A request asks a model, so it counts as a turn for the rate limit. */
@Path("/api/conversations")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@RateLimit(by = LimitedAction.TURNS)
@Tag(name = "conversations")
class SummarizeResource {

    private final Summaries summaries;
    private final CurrentCaller caller;

    SummarizeResource(Summaries summaries, CurrentCaller caller) {
        this.summaries = summaries;
        this.caller = caller;
    }

    @POST
    @Path("/{id}/summary")
    @Operation(
            operationId = "summarizeConversation",
            summary = "Summarise the earlier messages of a conversation",
            description =
                    "Runs one step: a model writes a new summary of the last one and of the"
                        + " messages that come next. Each message is summarised once, and the"
                        + " newest are left out. If there is nothing to summarise, the summary"
                        + " stays and the request costs nothing. Of a long conversation a step"
                        + " reads a part; repeat the request until message_count stays the same.")
    @APIResponse(responseCode = "200", description = "The summary")
    @APIResponse(
            responseCode = "409",
            description = "conversation_busy: the summary is being written")
    @APIResponse(responseCode = "502", description = "agent_failed: the model wrote no summary")
    @APIResponse(responseCode = "504", description = "agent_timeout: the model took too long")
    public SummaryResource.SummaryView summarize(@PathParam("id") UUID id) {
        return SummaryResource.SummaryView.of(
                summaries.summarize(caller.id(), new ConversationId(id)));
    }
}
