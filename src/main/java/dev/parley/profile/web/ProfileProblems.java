package dev.parley.profile.web;

import dev.parley.profile.NotInProfile;
import dev.parley.profile.ProfileFull;
import dev.parley.web.ProblemCode;
import dev.parley.web.Problems;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** What a caller is told when a profile does not hold a thing, or no more of it. */
class ProfileProblems {

    private final Problems problems;

    ProfileProblems(Problems problems) {
        this.problems = problems;
    }

    @ServerExceptionMapper
    Response notFound(NotInProfile refusal) {
        return problems.of(ProblemCode.NOT_FOUND, refusal.detail()).response();
    }

    @ServerExceptionMapper
    Response full(ProfileFull refusal) {
        return problems.of(ProblemCode.INVALID_REQUEST, refusal.detail()).response();
    }
}
