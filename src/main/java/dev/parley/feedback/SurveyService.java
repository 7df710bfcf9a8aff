package dev.parley.feedback;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.parley.platform.database.sql.JdbcStatement;
import dev.parley.platform.identity.UserId;
import dev.parley.platform.problem.FieldError;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Stores and counts answers to surveys. Each call is one short transaction. */
@ApplicationScoped
@Transactional
public class SurveyService {

    /**
     * Counts all texts of a question together: the query does not return the texts, because there
     * can be as many texts as users.
     */
    private static final String COUNT_ANSWERS =
            """
            select answer.key, case when jsonb_typeof(answer.value) = 'number' or answer.key = any(?)
                then answer.value #>> '{}' end as choice, count(*)
            from survey_answers, jsonb_each(answers) answer where survey = ?
            group by 1, 2 order by 1, 2
            """;

    private final SurveyCatalogue surveys;
    private final EntityManager database;
    private final Clock clock;

    SurveyService(SurveyCatalogue surveys, EntityManager database, Clock clock) {
        this.surveys = surveys;
        this.database = database;
        this.clock = clock;
    }

    /**
     * Stores a user's answers and replaces the user's previous answers to the survey.
     *
     * @throws SurveyNotFound if there is no such survey
     * @throws InvalidSurveyAnswers if some answers do not match the questions
     */
    public SurveyAnswers put(UserId user, String name, Map<String, JsonNode> answers) {
        Survey survey = survey(name);
        List<FieldError> errors = survey.validate(answers);
        if (!errors.isEmpty()) {
            throw new InvalidSurveyAnswers(errors);
        }
        Map<String, JsonNode> nonNullAnswers = new TreeMap<>(answers);
        nonNullAnswers.values().removeIf(JsonNode::isNull);
        Instant now = clock.instant();
        JdbcStatement.of(
                        database,
                        """
                        insert into survey_answers (user_id, survey, answers, created_at, updated_at)
                        values (?, ?, cast(? as jsonb), ?, ?)
                        on conflict (user_id, survey) do update
                            set answers = excluded.answers, updated_at = excluded.updated_at
                        """)
                .value(user.value())
                .value(survey.name())
                .value(JsonNodeFactory.instance.objectNode().setAll(nonNullAnswers).toString())
                .value(now)
                .value(now)
                .execute();
        return new SurveyAnswers(survey.name(), nonNullAnswers, now);
    }

    /**
     * Counts how often all users gave each answer. Texts are counted together and not returned.
     *
     * @throws SurveyNotFound if there is no such survey
     */
    public List<SurveyCount> counts(String name) {
        Survey survey = survey(name);
        List<String> choices =
                survey.questions().entrySet().stream()
                        .filter(entry ->
                                entry.getValue().kind() == SurveyConfig.Question.Kind.CHOICE)
                        .map(Map.Entry::getKey)
                        .toList();
        return JdbcStatement.of(database, COUNT_ANSWERS)
                .texts(choices, key -> key)
                .value(survey.name())
                .query(row -> new SurveyCount(row.getString(1), row.getString(2), row.getLong(3)));
    }

    private Survey survey(String name) {
        return surveys.find(name)
                .orElseThrow(() ->
                        new SurveyNotFound(surveys.all().stream().map(Survey::name).toList()));
    }

    /**
     * How often an answer was given.
     *
     * @param answer the answer; null for all texts together
     */
    public record SurveyCount(String question, @Nullable String answer, long count) {}
}
