package dev.parley.web;

import dev.parley.database.DatabaseTrouble;
import dev.parley.ratelimit.RateLimited;
import io.quarkus.arc.All;
import io.quarkus.logging.Log;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/** Asks every room what a failure means. */
@ApplicationScoped
public class Tellers {

    private final List<Teller> tellers;
    private final Problems problems;

    Tellers(@All List<Teller> tellers, Problems problems) {
        this.tellers = tellers;
        this.problems = problems;
    }

    /** The problem that tells of it; what nobody knows is logged, and told as our own fault. */
    public Problem tell(Throwable failure) {
        return tellers.stream()
                .flatMap(teller -> teller.tell(failure).stream())
                .findFirst()
                .orElseGet(() -> general(failure))
                .problem();
    }

    private Problems.Draft general(Throwable failure) {
        if (failure instanceof InvalidRequest invalid) {
            return problems.of(ProblemCode.INVALID_REQUEST, invalid.detail())
                    .errors(invalid.errors());
        }
        if (failure instanceof RateLimited refusal) {
            return problems.of(ProblemCode.RATE_LIMITED, refusal.detail())
                    .retryAfter(refusal.retryAfter());
        }
        Optional<DatabaseTrouble> trouble = DatabaseTrouble.in(failure);
        if (trouble.isPresent()) {
            return problems.of(trouble.get(), failure);
        }
        if (DatabaseTrouble.isAboutNobody(failure)) {
            return problems.of(
                    ProblemCode.UNAUTHENTICATED, "The account was erased at this very moment.");
        }
        Log.error("A request broke", failure);
        return problems.of(
                ProblemCode.INTERNAL_ERROR, "Something broke on our side; it has been logged.");
    }
}
