package dev.parley.account.web;

import dev.parley.account.AccountExists;
import dev.parley.account.LastAdmin;
import dev.parley.account.SignInRefused;
import dev.parley.account.TooManySignIns;
import dev.parley.account.WrongPassword;
import dev.parley.web.ProblemCode;
import dev.parley.web.Problems;
import io.quarkus.logging.Log;
import io.quarkus.oidc.OIDCException;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** What a caller is told who cannot come in. */
class AccountProblems {

    private final Problems problems;

    AccountProblems(Problems problems) {
        this.problems = problems;
    }

    @ServerExceptionMapper
    Response exists(AccountExists refusal) {
        return problems.of(ProblemCode.ALREADY_EXISTS, refusal.detail()).response();
    }

    @ServerExceptionMapper
    Response lastAdmin(LastAdmin refusal) {
        return problems.of(ProblemCode.LAST_ADMIN, refusal.detail()).response();
    }

    @ServerExceptionMapper
    Response wrongPassword(WrongPassword refusal) {
        return problems.of(ProblemCode.FORBIDDEN, refusal.detail()).response();
    }

    @ServerExceptionMapper
    Response refused(SignInRefused refusal) {
        return problems.of(ProblemCode.UNAUTHENTICATED, refusal.detail()).response();
    }

    /** Only an external issuer is ever asked for its keys. */
    @ServerExceptionMapper
    Response issuerAway(OIDCException failure) {
        Log.warnf("The external issuer cannot be asked for its keys: %s", failure.getMessage());
        return problems.of(
                        ProblemCode.OVERLOADED,
                        "The issuer of this token cannot be asked just now whether it is valid.")
                .retryAfter(Duration.ofSeconds(5))
                .response();
    }

    @ServerExceptionMapper
    Response tooMany(TooManySignIns refusal) {
        return problems.of(ProblemCode.OVERLOADED, refusal.detail()).response();
    }
}
