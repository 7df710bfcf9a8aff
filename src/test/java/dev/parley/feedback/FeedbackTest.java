package dev.parley.feedback;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.HeldRows;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users think of replies, and answer to questionnaires. */
@ParleyTest
class FeedbackTest {

    @Test
    void keepsOneRatingForEachReplyWhichMayChange() {
        Person person = Person.registered();
        String reply = person.says("hello", "echo").json().path("reply").path("id").asText();

        ApiResponse up = person.posts("/api/feedback", rating(reply, "up"));
        ApiResponse down =
                person.posts(
                        "/api/feedback",
                        "{\"message_id\":\"%s\",\"rating\":\"down\",\"reason\":\"too short\"}"
                                .formatted(reply));

        assertThat(up.status()).as(up.toString()).isEqualTo(200);
        assertThat(down.text("rating")).isEqualTo("down");
        assertThat(down.text("created_at")).isEqualTo(up.text("created_at"));
        assertThat(
                        Postgres.database()
                                .texts(
                                        "select rating || ' ' || reason from feedback where user_id"
                                                + " = ?",
                                        person.id()))
                .containsExactly("down too short");
    }

    @Test
    void refusesRatingOfWhatIsNoReplyToTheUser() {
        Person person = Person.registered();
        ApiResponse turn = person.says("hello", "echo");
        String conversation = turn.text("conversation_id");
        String question =
                person.gets("/api/conversations/" + conversation + "/messages")
                        .json()
                        .path("data")
                        .get(0)
                        .path("id")
                        .asText();
        String reply = turn.json().path("reply").path("id").asText();

        assertThat(person.posts("/api/feedback", rating(question, "up")).code())
                .isEqualTo("not_found");
        assertThat(Person.registered().posts("/api/feedback", rating(reply, "up")).code())
                .isEqualTo("not_found");
        assertThat(person.posts("/api/feedback", rating(reply, "sideways")).code())
                .isEqualTo("invalid_request");
    }

    @Test
    void countsRatingsAndAnswersForAdministrator() {
        Person admin = Person.admin();
        Person person = Person.registered();
        String reply = person.says("hello", "echo").json().path("reply").path("id").asText();
        String second = person.says("hello", "echo").json().path("reply").path("id").asText();
        JsonNode before = admin.gets("/api/admin/feedback").json();

        person.posts("/api/feedback", rating(reply, "up"));
        person.posts(
                "/api/feedback",
                "{\"message_id\":\"%s\",\"rating\":\"down\",\"reason\":\"too short\"}"
                        .formatted(second));
        person.posts(
                "/api/surveys",
                "{\"name\":\"satisfaction\",\"answers\":{\"overall\":4,\"recommend\":\"maybe\",\"comment\":\"my"
                    + " secret\"}}");

        JsonNode after = admin.gets("/api/admin/feedback").json();
        assertThat(List.of("up", "down", "with_reason"))
                .allSatisfy(figure ->
                        assertThat(after.path(figure).asLong())
                                .as(figure)
                                .isEqualTo(before.path(figure).asLong() + 1));
        JsonNode counts = admin.gets("/api/admin/surveys/satisfaction").json().path("data");
        assertThat(counts.toString())
                .contains("\"question\":\"overall\",\"answer\":\"4\"")
                .contains("\"answer\":\"maybe\"")
                .doesNotContain("my secret");
        assertThat(admin.gets("/api/admin/surveys/none").code()).isEqualTo("not_found");
    }

    @Test
    void tellsFiguresToAdministratorsOnly() {
        Person person = Person.registered();

        assertThat(person.gets("/api/admin/feedback").code()).isEqualTo("forbidden");
        assertThat(person.gets("/api/admin/surveys/satisfaction").code()).isEqualTo("forbidden");
    }

    @Test
    void refusesRatingOfReplyThatIsDeletedMeanwhile() throws Exception {
        Person person = Person.registered();
        String reply = person.says("hello", "echo").json().path("reply").path("id").asText();
        ApiResponse refused;

        try (HeldRows deleted = HeldRows.by("delete from messages where id = ?::uuid", reply)) {
            refused =
                    deleted.commitOnceWaitedFor(
                            () -> person.posts("/api/feedback", rating(reply, "up")));
        }

        assertThat(refused.code()).as(refused.toString()).isEqualTo("not_found");
    }

    @Test
    void listsQuestionnaires() {
        JsonNode survey = Person.registered().gets("/api/surveys").json().path("data").get(0);

        assertThat(survey.path("name").asText()).isEqualTo("satisfaction");
        assertThat(survey.path("questions")).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"overall\":0}",
                "{\"overall\":6}",
                "{\"overall\":4.5}",
                "{\"overall\":\"4\"}",
                "{\"overall\":null}",
                "{\"overall\":4,\"recommend\":\"perhaps\"}",
                "{\"overall\":4,\"recommend\":[\"yes\"]}",
                "{\"overall\":4,\"comment\":7}",
                "{\"overall\":4,\"comment\":\"nul \\u0000\"}",
                "{\"overall\":4,\"shoe_size\":44}",
            })
    void refusesSurveyAnswersThatDoNotFit(String answers) {
        Person person = Person.registered();

        ApiResponse refused =
                person.posts(
                        "/api/surveys",
                        "{\"name\":\"satisfaction\",\"answers\":%s}".formatted(answers));

        assertThat(refused.code()).as(refused.toString()).isEqualTo("invalid_request");
        assertThat(refused.json().path("errors").get(0).path("field").asText())
                .startsWith("answers.");
        assertThat(
                        Postgres.database()
                                .count(
                                        "select count(*) from survey_answers where user_id = ?",
                                        person.id()))
                .isZero();
    }

    @Test
    void takesNullForNoSurveyAnswer() {
        Person person = Person.registered();

        person.posts(
                "/api/surveys",
                "{\"name\":\"satisfaction\",\"answers\":{\"overall\":4,\"comment\":null}}");

        assertThat(
                        Postgres.database()
                                .texts(
                                        "select answers from survey_answers where user_id = ?",
                                        person.id()))
                .containsExactly("{\"overall\": 4}");
    }

    @Test
    void refusesUnknownSurvey() {
        assertThat(
                        Person.registered()
                                .posts("/api/surveys", "{\"name\":\"none\",\"answers\":{}}")
                                .code())
                .isEqualTo("not_found");
    }

    private static String rating(String message, String rating) {
        return "{\"message_id\":\"%s\",\"rating\":\"%s\"}".formatted(message, rating);
    }
}
