package dev.parley.feedback;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.feedback.SurveyConfig.Question.Kind;
import dev.parley.platform.problem.FieldError;
import dev.parley.platform.value.StorableText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A questionnaire.
 *
 * @param questions by the key that an answer bears
 */
public record Survey(String name, String title, SortedMap<String, Question> questions) {

    private static final int MAX_TEXT_LENGTH = 2_000;
    private static final int LEAST = 1;
    private static final int MAX_COUNT = 5;

    /** What is wrong with answers to it, each by its path; empty where nothing is. */
    List<FieldError> wrongIn(Map<String, JsonNode> answers) {
        List<FieldError> wrong = new ArrayList<>();
        answers.keySet().stream()
                .filter(key -> !questions.containsKey(key))
                .map(key ->
                        wrong(
                                key,
                                "is no question of this survey; known are "
                                        + String.join(", ", questions.keySet())))
                .forEach(wrong::add);
        questions.forEach((key, question) -> {
            JsonNode answer = answers.get(key);
            if (answer == null || answer.isNull()) {
                if (question.required()) {
                    wrong.add(wrong(key, "must be answered"));
                }
            } else {
                question.complaint(answer).ifPresent(complaint -> wrong.add(wrong(key, complaint)));
            }
        });
        return wrong;
    }

    private static FieldError wrong(String key, String complaint) {
        return new FieldError("answers." + key, complaint);
    }

    /** A question. */
    public record Question(String text, Kind kind, List<String> choices, boolean required) {

        Optional<String> complaint(JsonNode answer) {
            boolean isFine =
                    switch (kind) {
                        case TEXT ->
                                answer.isTextual()
                                        && answer.textValue().length() <= MAX_TEXT_LENGTH
                                        && StorableText.isStorable(answer.textValue());
                        case SCALE ->
                                answer.isIntegralNumber()
                                        && answer.canConvertToInt()
                                        && answer.intValue() >= LEAST
                                        && answer.intValue() <= MAX_COUNT;
                        case CHOICE -> answer.isTextual() && choices.contains(answer.textValue());
                    };
            return isFine ? Optional.empty() : Optional.of("must be " + expected());
        }

        private String expected() {
            return switch (kind) {
                case TEXT -> "a text of at most %d characters".formatted(MAX_TEXT_LENGTH);
                case SCALE -> "a number from %d to %d".formatted(LEAST, MAX_COUNT);
                case CHOICE -> "one of " + String.join(", ", choices);
            };
        }
    }
}
