package dev.parley.feedback.web;

import dev.parley.feedback.ReplyNotFound;
import dev.parley.feedback.SurveyNotFound;
import dev.parley.feedback.WrongAnswers;
import dev.parley.web.Problem;
import dev.parley.web.ProblemCode;
import dev.parley.web.Problems;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** What a caller is told whose opinion cannot be taken. */
class FeedbackProblems {

    private final Problems problems;

    FeedbackProblems(Problems problems) {
        this.problems = problems;
    }

    @ServerExceptionMapper
    Response notFound(ReplyNotFound refusal) {
        return problems.of(ProblemCode.NOT_FOUND, refusal.detail()).response();
    }

    @ServerExceptionMapper
    Response notFound(SurveyNotFound refusal) {
        return problems.of(ProblemCode.NOT_FOUND, refusal.detail()).response();
    }

    @ServerExceptionMapper
    Response wrong(WrongAnswers refusal) {
        List<Problem.FieldError> errors =
                refusal.wrong().stream()
                        .map(wrong ->
                                new Problem.FieldError(
                                        "answers." + wrong.question(), wrong.complaint()))
                        .toList();
        return problems.of(ProblemCode.INVALID_REQUEST, "Some answers do not fit their questions.")
                .errors(errors)
                .response();
    }
}
