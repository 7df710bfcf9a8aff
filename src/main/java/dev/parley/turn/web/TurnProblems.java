package dev.parley.turn.web;

import dev.parley.agent.AgentUnavailable;
import dev.parley.agent.UnknownAgent;
import dev.parley.runner.RunnerAsleep;
import dev.parley.turn.ConversationBusy;
import dev.parley.turn.KeyReused;
import dev.parley.turn.ProcessStopping;
import dev.parley.turn.TooManyTurns;
import dev.parley.turn.TurnNotFound;
import dev.parley.turn.TurnRecord;
import dev.parley.turn.TurnUnsettled;
import dev.parley.turn.follow.FollowingStopped;
import dev.parley.web.Problem;
import dev.parley.web.ProblemCode;
import dev.parley.web.Problems;
import dev.parley.web.Teller;
import io.quarkus.logging.Log;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** What a caller is told when a turn is refused or has no reply. */
@ApplicationScoped
class TurnProblems implements Teller {

    private static final Duration AGENT_PAUSE = Duration.ofSeconds(5);

    private final Problems problems;

    TurnProblems(Problems problems) {
        this.problems = problems;
    }

    @ServerExceptionMapper({
        Unanswered.class,
        TurnUnsettled.class,
        FollowingStopped.class,
        RunnerAsleep.class,
        ConversationBusy.class,
        KeyReused.class,
        TooManyTurns.class,
        ProcessStopping.class,
        AgentUnavailable.class,
        UnknownAgent.class,
        TurnNotFound.class
    })
    Response refused(RuntimeException refusal) {
        return tell(refusal).orElseThrow(() -> refusal).response();
    }

    @Override
    public Optional<Problems.Draft> tell(Throwable failure) {
        return Optional.ofNullable(
                switch (failure) {
                    case Unanswered unanswered -> unanswered(unanswered.turn());
                    case TurnUnsettled unsettled -> unsettled(unsettled);
                    case FollowingStopped stopped ->
                            problems.of(
                                            ProblemCode.OVERLOADED,
                                            "This process is stopping; the turn goes on: ask for"
                                                    + " it again.")
                                    .turn(stopped.turn().value());
                    case FollowingBrokeOff brokeOff ->
                            problems.of(
                                    ProblemCode.OVERLOADED,
                                    "The turn is told no further here; it goes on: follow it again,"
                                            + " behind the last number that was seen.");
                    case RunnerAsleep asleep ->
                            problems.of(
                                    ProblemCode.DATABASE_UNAVAILABLE,
                                    "This process has lost its line to the database.");
                    case ConversationBusy busy ->
                            problems.of(ProblemCode.CONVERSATION_BUSY, busy.detail());
                    case KeyReused reused ->
                            problems.of(
                                    ProblemCode.IDEMPOTENCY_KEY_REUSED,
                                    "The Idempotency-Key was used for a request with another"
                                            + " body; use a new key for a new request.");
                    case ProcessStopping stopping ->
                            problems.of(ProblemCode.OVERLOADED, stopping.detail());
                    case TooManyTurns full -> problems.of(ProblemCode.OVERLOADED, full.detail());
                    case AgentUnavailable away ->
                            problems.of(ProblemCode.AGENT_UNAVAILABLE, away.detail())
                                    .retryAfter(away.retryAfter());
                    case UnknownAgent unknown ->
                            problems.of(ProblemCode.INVALID_REQUEST, unknown.detail())
                                    .errors(
                                            List.of(
                                                    new Problem.FieldError(
                                                            "agent_type",
                                                            "is not in the catalogue")));
                    case TurnNotFound missing ->
                            problems.of(
                                    ProblemCode.NOT_FOUND, String.valueOf(missing.getMessage()));
                    default -> null;
                });
    }

    private Problems.Draft unanswered(TurnRecord turn) {
        TurnRecord.Reason error = turn.error().orElseThrow();
        return problems.of(
                        ProblemCode.of(error.code()).orElse(ProblemCode.INTERNAL_ERROR),
                        error.detail())
                .turn(turn.id().value())
                .conversation(turn.conversation().value())
                .retryAfter(AGENT_PAUSE);
    }

    private Problems.Draft unsettled(TurnUnsettled unsettled) {
        Log.errorf(
                unsettled,
                "The caller of turn %s is told that its ending is not known",
                unsettled.turn());
        return problems.of(
                        ProblemCode.DATABASE_UNAVAILABLE,
                        "The database went away before the answer could be stored; ask for the turn"
                                + " later.")
                .turn(unsettled.turn().value())
                .retryAfter(AGENT_PAUSE);
    }
}
