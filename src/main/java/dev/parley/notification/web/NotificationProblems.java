package dev.parley.notification.web;

import dev.parley.notification.NotificationNotFound;
import dev.parley.web.ProblemCode;
import dev.parley.web.Problems;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** What a caller is told when a notification cannot be had. */
class NotificationProblems {

    private final Problems problems;

    NotificationProblems(Problems problems) {
        this.problems = problems;
    }

    @ServerExceptionMapper
    Response notFound(NotificationNotFound refusal) {
        return problems.of(ProblemCode.NOT_FOUND, refusal.detail()).response();
    }
}
