package dev.parley.turn.web;

import dev.parley.identity.CurrentCaller;
import dev.parley.turn.TurnId;
import dev.parley.turn.UserTurns;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Turns, as they stand. */
@Path("/api/turns")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "turns")
class TurnResource {

    private final UserTurns turns;
    private final CurrentCaller caller;
    private final Clock clock;

    TurnResource(UserTurns turns, CurrentCaller caller, Clock clock) {
        this.turns = turns;
        this.caller = caller;
        this.clock = clock;
    }

    @GET
    @Path("/{id}")
    @Operation(summary = "Read a turn")
    public TurnView read(@PathParam("id") UUID id) {
        return TurnView.of(turns.read(caller.id(), new TurnId(id)), clock.instant());
    }
}
