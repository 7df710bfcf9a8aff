package dev.parley.feedback;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The questionnaires, by name; beside {@code satisfaction}, which is shipped and may be set too.
 */
@ConfigMapping(prefix = "parley.surveys")
public interface SurveyConfig {

    @WithParentName
    Map<String, Questionnaire> all();

    /** One of them. */
    interface Questionnaire {

        Optional<String> title();

        /** By the key that an answer bears. */
        Map<String, Question> questions();
    }

    /** One question. */
    interface Question {

        String text();

        @WithDefault("text")
        Kind kind();

        /** What can be chosen from, where the answer is a choice. */
        Optional<List<String>> choices();

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
