package dev.parley.feedback;

import dev.parley.feedback.SurveyConfig.Question.Kind;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The questionnaires of the configuration. */
@Singleton
@Startup
public class SurveyCatalogue {

    private static final Survey SHIPPED =
            new Survey(
                    "satisfaction",
                    "How do you like it?",
                    new TreeMap<>(
                            Map.of(
                                    "overall",
                                    new Survey.Question(
                                            "How content are you?", Kind.SCALE, List.of(), true),
                                    "recommend",
                                    new Survey.Question(
                                            "Would you recommend it?",
                                            Kind.CHOICE,
                                            List.of("yes", "maybe", "no"),
                                            false),
                                    "comment",
                                    new Survey.Question(
                                            "Anything else?", Kind.TEXT, List.of(), false))));

    private final SortedMap<String, Survey> named;

    SurveyCatalogue(SurveyConfig config) {
        SortedMap<String, Survey> all = new TreeMap<>(Map.of(SHIPPED.name(), SHIPPED));
        config.all().forEach((name, survey) -> all.put(name, survey(name, survey)));
        named = Collections.unmodifiableSortedMap(all);
    }

    /** In the order of their names. */
    public List<Survey> all() {
        return List.copyOf(named.values());
    }

    Optional<Survey> named(String name) {
        return Optional.ofNullable(named.get(name));
    }

    private static Survey survey(String name, SurveyConfig.Questionnaire configured) {
        SortedMap<String, Survey.Question> questions = new TreeMap<>();
        configured
                .questions()
                .forEach((key, question) -> questions.put(key, question(name, key, question)));
        if (questions.isEmpty()) {
            throw new IllegalStateException(
                    "parley.surveys.\"%s\" has no questions".formatted(name));
        }
        return new Survey(name, configured.title().orElse(name), questions);
    }

    private static Survey.Question question(
            String survey, String key, SurveyConfig.Question configured) {
        List<String> choices = configured.choices().orElse(List.of());
        if ((configured.kind() == Kind.CHOICE) == choices.isEmpty()) {
            throw new IllegalStateException(
                    "parley.surveys.\"%s\".questions.\"%s\": choices go with the kind choice, and with no other"
                            .formatted(survey, key));
        }
        return new Survey.Question(
                configured.text(), configured.kind(), choices, configured.required());
    }
}
