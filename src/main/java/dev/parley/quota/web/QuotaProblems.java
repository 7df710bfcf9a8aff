package dev.parley.quota.web;

import dev.parley.quota.QuotaExhausted;
import dev.parley.quota.UnknownPlan;
import dev.parley.web.ProblemCode;
import dev.parley.web.Problems;
import dev.parley.web.Teller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** What a caller is told when no query is left. */
@ApplicationScoped
class QuotaProblems implements Teller {

    private final Problems problems;
    private final Clock clock;

    QuotaProblems(Problems problems, Clock clock) {
        this.problems = problems;
        this.clock = clock;
    }

    @ServerExceptionMapper
    Response exhausted(QuotaExhausted refusal) {
        return told(refusal).response();
    }

    @ServerExceptionMapper
    Response unknown(UnknownPlan refusal) {
        return problems.of(
                        ProblemCode.INVALID_REQUEST,
                        "plan must be one of %s.".formatted(String.join(", ", refusal.known())))
                .response();
    }

    @Override
    public Optional<Problems.Draft> tell(Throwable failure) {
        return failure instanceof QuotaExhausted refusal
                ? Optional.of(told(refusal))
                : Optional.empty();
    }

    private Problems.Draft told(QuotaExhausted refusal) {
        String detail =
                "All %d queries of the plan \"%s\" are used for this month; the count starts anew at %s."
                        .formatted(
                                refusal.plan().limit(), refusal.plan().name(), refusal.resetsAt());
        return problems.of(ProblemCode.QUOTA_EXHAUSTED, detail)
                .retryAfter(Duration.between(clock.instant(), refusal.resetsAt()));
    }
}
