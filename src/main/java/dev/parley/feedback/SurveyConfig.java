package dev.parley.feedback;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The surveys, by name. {@code satisfaction} is shipped and may be overridden. */
@ConfigMapping(prefix = "parley.surveys")
public interface SurveyConfig {

    /** {@code NAME} is the survey, a second {@code NAME} the question's key in the answers. */
    @WithParentName
    Map<String, Questionnaire> all();

    /** One of them. */
    interface Questionnaire {

        /** What the user reads above the questions. */
        Optional<String> title();

        /** The questions, by their key in the answers. */
        Map<String, Question> questions();
    }

    /** One question. */
    interface Question {

        /** The question itself. */
        String text();

        /** What kind of answer it takes. */
        @WithDefault("text")
        Kind kind();

        /** The answers to choose from, where the kind is {@code choice}. */
        Optional<List<String>> choices();

        /** Whether a survey without this answer is refused. */
        @WithDefault("false")
        boolean required();

        /** What an answer is. */
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
