package dev.parley.turn.web;

import dev.parley.agent.AgentUnavailable;
import dev.parley.agent.UnknownAgent;
import dev.parley.turn.ConversationBusy;
import dev.parley.turn.TooManyTurns;
import dev.parley.turn.TurnNotFound;
import dev.parley.turn.TurnRecord;
import dev.parley.turn.TurnUnsettled;
import dev.parley.web.Problem;
import dev.parley.web.ProblemCode;
import dev.parley.web.Problems;
import io.quarkus.logging.Log;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.List;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** What a caller is told when a turn is refused or has no reply. */
class TurnProblems {

    private static final Duration AGENT_PAUSE = Duration.ofSeconds(5);

    private final Problems problems;

    TurnProblems(Problems problems) {
        this.problems = problems;
    }

    @ServerExceptionMapper
    Response unanswered(Unanswered unanswered) {
        TurnRecord turn = unanswered.turn();
        TurnRecord.Reason error = turn.error().orElseThrow();
        return problems.of(
                        ProblemCode.of(error.code()).orElse(ProblemCode.INTERNAL_ERROR),
                        error.detail())
                .turn(turn.id().value())
                .conversation(turn.conversation().value())
                .retryAfter(AGENT_PAUSE)
                .response();
    }

    @ServerExceptionMapper
    Response unsettled(TurnUnsettled unsettled) {
        Log.errorf(
                unsettled,
                "The caller of turn %s is told that its ending is not known",
                unsettled.turn());
        return problems.of(
                        ProblemCode.DATABASE_UNAVAILABLE,
                        "The database went away before the answer could be stored; ask for the turn"
                                + " later.")
                .turn(unsettled.turn().value())
                .retryAfter(AGENT_PAUSE)
                .response();
    }

    @ServerExceptionMapper
    Response busy(ConversationBusy refusal) {
        return problems.of(ProblemCode.CONVERSATION_BUSY, refusal.detail()).response();
    }

    @ServerExceptionMapper
    Response tooMany(TooManyTurns refusal) {
        return problems.of(ProblemCode.OVERLOADED, refusal.detail()).response();
    }

    @ServerExceptionMapper
    Response unavailable(AgentUnavailable refusal) {
        return problems.of(ProblemCode.AGENT_UNAVAILABLE, refusal.detail())
                .retryAfter(refusal.retryAfter())
                .response();
    }

    @ServerExceptionMapper
    Response unknown(UnknownAgent refusal) {
        return problems.of(ProblemCode.INVALID_REQUEST, refusal.detail())
                .errors(List.of(new Problem.FieldError("agent_type", "is not in the catalogue")))
                .response();
    }

    @ServerExceptionMapper
    Response notFound(TurnNotFound refusal) {
        return problems.of(ProblemCode.NOT_FOUND, String.valueOf(refusal.getMessage())).response();
    }
}
