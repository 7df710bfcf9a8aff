package dev.parley.feedback;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Map;

/** A user's answers to a survey, by the keys of the questions. */
public record SurveyAnswers(String name, Map<String, JsonNode> answers, Instant updatedAt) {

    public SurveyAnswers {
        answers = Map.copyOf(answers);
    }
}
