package dev.parley.account.web;

import dev.parley.account.AccountExists;
import dev.parley.account.SignInRefused;
import dev.parley.account.TooManySignIns;
import dev.parley.web.ProblemCode;
import dev.parley.web.Problems;
import jakarta.ws.rs.core.Response;
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
    Response refused(SignInRefused refusal) {
        return problems.of(ProblemCode.UNAUTHENTICATED, refusal.detail()).response();
    }

    @ServerExceptionMapper
    Response tooMany(TooManySignIns refusal) {
        return problems.of(ProblemCode.OVERLOADED, refusal.detail()).response();
    }
}
