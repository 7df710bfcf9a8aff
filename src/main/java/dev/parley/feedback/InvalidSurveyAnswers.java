package dev.parley.feedback;

import dev.parley.platform.problem.FieldError;
import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;
import java.util.List;

/** Answers that do not fit their questions. */
public final class InvalidSurveyAnswers extends ParleyException {

    private final List<FieldError> errors;

    InvalidSurveyAnswers(List<FieldError> errors) {
        super(ProblemCode.INVALID_REQUEST, "Some answers do not fit their questions.");
        this.errors = List.copyOf(errors);
    }

    @Override
    public List<FieldError> errors() {
        return errors;
    }
}
