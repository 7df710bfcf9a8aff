package dev.parley.feedback;

import dev.parley.platform.problem.FieldError;
import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;
import java.util.List;

/** Some answers do not match the questions of the survey. */
public final class InvalidSurveyAnswers extends ParleyException {

    private final List<FieldError> errors;

    InvalidSurveyAnswers(List<FieldError> errors) {
        super(
                ProblemCode.INVALID_REQUEST,
                "Some answers do not match the questions of the survey.");
        this.errors = List.copyOf(errors);
    }

    @Override
    public List<FieldError> errors() {
        return errors;
    }
}
