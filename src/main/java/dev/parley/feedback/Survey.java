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
 * A survey.
 *
 * @param questions the questions by their key in the answers
 */
public record Survey(String name, String title, SortedMap<String, Question> questions) {

    private static final int MAX_TEXT_LENGTH = 2_000;
    private static final int MIN_SCALE = 1;
    private static final int MAX_SCALE = 5;

    /**
     * Checks answers to this survey. Returns an error for each wrong answer; empty if all are
     * valid.
     */
    List<FieldError> validate(Map<String, JsonNode> answers) {
        List<FieldError> errors = new ArrayList<>();
        answers.keySet().stream()
                .filter(key -> !questions.containsKey(key))
                .map(key ->
                        error(
                                key,
                                "is not a question of this survey; the questions are "
                                        + String.join(", ", questions.keySet())))
                .forEach(errors::add);
        questions.forEach((key, question) -> {
            JsonNode answer = answers.get(key);
            if (answer == null || answer.isNull()) {
                if (question.required()) {
                    errors.add(error(key, "must be answered"));
                }
            } else {
                question.validate(answer).ifPresent(message -> errors.add(error(key, message)));
            }
        });
        return errors;
    }

    private static FieldError error(String key, String message) {
        return new FieldError("answers." + key, message);
    }

    /** A question and the answers that it accepts. */
    public record Question(String text, Kind kind, List<String> choices, boolean required) {

        Optional<String> validate(JsonNode answer) {
            boolean valid =
                    switch (kind) {
                        case TEXT ->
                                answer.isTextual()
                                        && answer.textValue().length() <= MAX_TEXT_LENGTH
                                        && StorableText.isStorable(answer.textValue());
                        case SCALE ->
                                answer.isIntegralNumber()
                                        && answer.canConvertToInt()
                                        && answer.intValue() >= MIN_SCALE
                                        && answer.intValue() <= MAX_SCALE;
                        case CHOICE -> answer.isTextual() && choices.contains(answer.textValue());
                    };
            return valid ? Optional.empty() : Optional.of("must be " + expected());
        }

        private String expected() {
            return switch (kind) {
                case TEXT -> "a text of at most %d characters".formatted(MAX_TEXT_LENGTH);
                case SCALE -> "a number from %d to %d".formatted(MIN_SCALE, MAX_SCALE);
                case CHOICE -> "one of " + String.join(", ", choices);
            };
        }
    }
}
