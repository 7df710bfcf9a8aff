package dev.parley.erasure.web;

import dev.parley.erasure.TooManyExports;
import dev.parley.erasure.UserNotFound;
import dev.parley.web.ProblemCode;
import dev.parley.web.Problems;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** What a caller is told whose data cannot be had, or forgotten. */
class ErasureProblems {

    private final Problems problems;

    ErasureProblems(Problems problems) {
        this.problems = problems;
    }

    @ServerExceptionMapper
    Response notFound(UserNotFound refusal) {
        return problems.of(ProblemCode.NOT_FOUND, refusal.detail()).response();
    }

    @ServerExceptionMapper
    Response tooMany(TooManyExports refusal) {
        return problems.of(ProblemCode.OVERLOADED, refusal.detail())
                .retryAfter(Duration.ofSeconds(10))
                .response();
    }
}
