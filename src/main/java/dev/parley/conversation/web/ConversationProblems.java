package dev.parley.conversation.web;

import dev.parley.conversation.ConversationNotFound;
import dev.parley.web.ProblemCode;
import dev.parley.web.Problems;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** What a caller is told when a conversation cannot be had. */
class ConversationProblems {

    private final Problems problems;

    ConversationProblems(Problems problems) {
        this.problems = problems;
    }

    @ServerExceptionMapper
    Response notFound(ConversationNotFound refusal) {
        return problems.of(ProblemCode.NOT_FOUND, String.valueOf(refusal.getMessage())).response();
    }
}
