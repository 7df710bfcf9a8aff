package dev.parley.conversation.web;

import dev.parley.conversation.ConversationNotFound;
import dev.parley.conversation.VersionConflict;
import dev.parley.web.ProblemCode;
import dev.parley.web.Problems;
import dev.parley.web.Teller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** What a caller is told when a conversation cannot be had. */
@ApplicationScoped
class ConversationProblems implements Teller {

    private final Problems problems;

    ConversationProblems(Problems problems) {
        this.problems = problems;
    }

    @ServerExceptionMapper
    Response notFound(ConversationNotFound refusal) {
        return told(refusal).response();
    }

    @ServerExceptionMapper
    Response conflict(VersionConflict refusal) {
        return problems.of(
                        ProblemCode.VERSION_CONFLICT,
                        "The conversation has version %d by now; read it again."
                                .formatted(refusal.current()))
                .response();
    }

    @Override
    public Optional<Problems.Draft> tell(Throwable failure) {
        return failure instanceof ConversationNotFound refusal
                ? Optional.of(told(refusal))
                : Optional.empty();
    }

    private Problems.Draft told(ConversationNotFound refusal) {
        return problems.of(ProblemCode.NOT_FOUND, String.valueOf(refusal.getMessage()));
    }
}
