package dev.parley.feedback;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The surveys by name. The survey {@code satisfaction} is built in; configuration can replace it.
 */
@ConfigMapping(prefix = "parley.surveys")
public interface SurveyConfig {

    /**
     * The first {@code NAME} is the survey, the second {@code NAME} the question's key in the
     * answers.
     */
    @WithParentName
    Map<String, Questionnaire> all();

    /** A survey. */
    interface Questionnaire {

        /** What the user reads above the questions. */
        Optional<String> title();

        /** The questions, by their key in the answers. */
        Map<String, Question> questions();
    }

    /** A question of a survey. */
    interface Question {

        /** The question itself. */
        String text();

        /** The kind of answer. */
        @WithDefault("text")
        Kind kind();

        /** The possible answers; only for the kind {@code choice}. */
        Optional<List<String>> choices();

        /** Whether an answer to this question is required. */
        @WithDefault("false")
        boolean required();

        /** The kind of an answer. */
        enum Kind {
            /** A text of at most 2,000 characters. */
            TEXT,
            /** A whole number from 1 to 5. */
            SCALE,
            /** One of the choices. */
            CHOICE
        }
    }
}
