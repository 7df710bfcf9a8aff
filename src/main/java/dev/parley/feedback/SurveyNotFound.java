package dev.parley.feedback;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;
import java.util.List;

/** No survey has this name. */
public final class SurveyNotFound extends ParleyException {

    SurveyNotFound(List<String> known) {
        super(
                ProblemCode.NOT_FOUND,
                "There is no such survey. The surveys are: %s."
                        .formatted(String.join(", ", known)));
    }
}
