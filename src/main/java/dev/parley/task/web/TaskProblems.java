package dev.parley.task.web;

import dev.parley.task.TaskNotFound;
import dev.parley.web.ProblemCode;
import dev.parley.web.Problems;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** What a caller is told when a task cannot be had. */
class TaskProblems {

    private final Problems problems;

    TaskProblems(Problems problems) {
        this.problems = problems;
    }

    @ServerExceptionMapper
    Response notFound(TaskNotFound refusal) {
        return problems.of(ProblemCode.NOT_FOUND, refusal.detail()).response();
    }
}
