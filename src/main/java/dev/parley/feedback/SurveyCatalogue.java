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

/** The surveys: the built-in survey and the configured surveys. */
@Singleton
@Startup
public class SurveyCatalogue {

    private static final Survey BUILT_IN =
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

    private final SortedMap<String, Survey> surveys;

    SurveyCatalogue(SurveyConfig config) {
        SortedMap<String, Survey> byName = new TreeMap<>(Map.of(BUILT_IN.name(), BUILT_IN));
        config.all().forEach((name, survey) -> byName.put(name, survey(name, survey)));
        surveys = Collections.unmodifiableSortedMap(byName);
    }

    /** All surveys in the order of their names. */
    public List<Survey> all() {
        return List.copyOf(surveys.values());
    }

    Optional<Survey> find(String name) {
        return Optional.ofNullable(surveys.get(name));
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
                    "parley.surveys.\"%s\".questions.\"%s\": the kind choice requires choices, and the other kinds allow none"
                            .formatted(survey, key));
        }
        return new Survey.Question(
                configured.text(), configured.kind(), choices, configured.required());
    }
}
