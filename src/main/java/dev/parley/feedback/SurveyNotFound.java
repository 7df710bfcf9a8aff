package dev.parley.feedback;

import java.util.List;

/** There is no survey of that name. */
public final class SurveyNotFound extends RuntimeException {

    SurveyNotFound(List<String> known) {
        super(
                "There is no such survey; known are %s.".formatted(String.join(", ", known)),
                null,
                false,
                false);
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
