package dev.parley.turn.web.http;

import dev.parley.api.paging.Page;
import dev.parley.api.paging.PageOrder;
import dev.parley.api.paging.PageQuery;
import dev.parley.conversation.ConversationId;
import dev.parley.platform.identity.CurrentCaller;
import dev.parley.turn.store.TurnQueries;
import dev.parley.turn.web.TurnView;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The turns of a conversation. */
@Path("/api/conversations")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "turns")
class ConversationTurnsResource {

    private final TurnQueries turns;
    private final CurrentCaller caller;
    private final Clock clock;

    ConversationTurnsResource(TurnQueries turns, CurrentCaller caller, Clock clock) {
        this.turns = turns;
        this.caller = caller;
        this.clock = clock;
    }

    @GET
    @Path("/{id}/turns")
    @Operation(
            operationId = "listTurns",
            summary = "List the turns of a conversation, in the order of their messages")
    public Page<TurnView> list(
            @PathParam("id") UUID id, @BeanParam PageOrder order, @BeanParam PageQuery query) {
        boolean isBackwards = order.isBackwards();
        return Page.of(
                turns.in(
                        caller.id(),
                        new ConversationId(id),
                        query.afterPosition().orElse(isBackwards ? Integer.MAX_VALUE : 0),
                        isBackwards,
                        query.fetchSize()),
                query,
                TurnQueries.InConversation::position,
                inConversation -> TurnView.of(inConversation.turn(), clock.instant()));
    }
}
