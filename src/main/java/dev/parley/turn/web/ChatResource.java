package dev.parley.turn.web;

import dev.parley.agent.AgentType;
import dev.parley.conversation.ConversationId;
import dev.parley.identity.CurrentCaller;
import dev.parley.turn.NewTurn;
import dev.parley.turn.TakeTurn;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnRecord;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The JSON door to a turn: the caller waits for the whole answer. */
@Path("/api/chat")
@Authenticated
@RunOnVirtualThread
@Tag(name = "turns")
class ChatResource {

    private final TakeTurn takeTurn;
    private final CurrentCaller caller;
    private final Clock clock;

    ChatResource(TakeTurn takeTurn, CurrentCaller caller, Clock clock) {
        this.takeTurn = takeTurn;
        this.caller = caller;
        this.clock = clock;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Take a turn",
            description =
                    "Sends a message and waits for the agent's reply. A client that goes away takes"
                        + " nothing with it: the turn goes on, and GET /api/turns/{id} tells what"
                        + " became of it.")
    public ChatAnswer chat(@Valid @NotNull ChatRequest request) {
        NewTurn turn =
                new NewTurn(
                        TurnId.next(),
                        caller.id(),
                        Optional.ofNullable(request.conversationId()).map(ConversationId::new),
                        Optional.ofNullable(request.agentType()).map(AgentType::new),
                        request.message());
        TurnRecord ended = takeTurn.begin(turn).await();
        return ended.reply()
                .map(reply -> answer(ended, reply))
                .orElseThrow(() -> new Unanswered(ended));
    }

    private ChatAnswer answer(TurnRecord turn, TurnRecord.Reply reply) {
        return new ChatAnswer(
                turn.id().value(),
                turn.conversation().value(),
                turn.status(),
                TurnView.ReplyView.of(reply),
                turn.version().orElseThrow(),
                turn.usage(),
                turn.elapsed(clock.instant()).toMillis());
    }
}
