package dev.parley.hiring.web;

import dev.parley.hiring.NotHired;
import dev.parley.hiring.NothingHired;
import dev.parley.web.ProblemCode;
import dev.parley.web.Problems;
import dev.parley.web.Teller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** What a caller is told about agents that do not work for them. */
@ApplicationScoped
class HiringProblems implements Teller {

    private final Problems problems;

    HiringProblems(Problems problems) {
        this.problems = problems;
    }

    @ServerExceptionMapper
    Response notHired(NotHired refusal) {
        return told(refusal).response();
    }

    @ServerExceptionMapper
    Response nothing(NothingHired refusal) {
        return problems.of(ProblemCode.NOT_FOUND, refusal.detail()).response();
    }

    @Override
    public Optional<Problems.Draft> tell(Throwable failure) {
        return failure instanceof NotHired refusal ? Optional.of(told(refusal)) : Optional.empty();
    }

    private Problems.Draft told(NotHired refusal) {
        return problems.of(ProblemCode.FORBIDDEN, refusal.detail());
    }
}
