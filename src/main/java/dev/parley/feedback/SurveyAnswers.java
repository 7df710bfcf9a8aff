package dev.parley.feedback;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Map;

/** What a user has answered to a survey. */
public record SurveyAnswers(String name, Map<String, JsonNode> answers, Instant updatedAt) {

    public SurveyAnswers {
        answers = Map.copyOf(answers);
    }
}
