package dev.parley.hiring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Agents are taken on, and some work only for those who did. */
@ParleyTest
class HiringTest {

    @Test
    void listsAssistantAndNewsInTheCatalogue() {
        JsonNode agents = Person.registered().gets("/api/agents").json().path("data");

        assertThat(
                        StreamSupport.stream(agents.spliterator(), false)
                                .map(agent -> agent.path("agent_type").asText()))
                .contains("assistant", "news", "offline");
        assertThat(agent(agents, "news").path("requires_hiring").asBoolean()).isTrue();
        assertThat(agent(agents, "news").path("hired").asBoolean()).isFalse();
        assertThat(agent(agents, "assistant").path("requires_hiring").asBoolean()).isFalse();
    }

    @Test
    void refusesTurnOfAgentThatIsNotHiredAndChargesNothing() {
        Person person = Person.registered();

        ApiResponse refused = person.says("What is new?", "news");

        assertThat(refused.code()).isEqualTo("forbidden");
        assertThat(refused.text("detail")).contains("/api/me/agents/news");
        assertThat(Postgres.database().usedBy(person)).isZero();
        assertThat(person.gets("/api/conversations").json().path("data")).isEmpty();
    }

    @Test
    void refusesTurnOfAgentThatOnlyAnotherUserHasHired() {
        Person person = Person.registered();
        Person other = Person.registered();
        other.puts("/api/me/agents/news", "");

        ApiResponse refused = person.says("What is new?", "news");

        assertThat(refused.code()).isEqualTo("forbidden");
        assertThat(person.gets("/api/me/agents").json().path("data")).isEmpty();
    }

    @Test
    void dismissesAgentForItsUserAlone() {
        Person person = Person.registered();
        Person other = Person.registered();
        person.puts("/api/me/agents/news", "");
        other.puts("/api/me/agents/news", "");

        other.deletes("/api/me/agents/news");

        assertThat(person.says("What is new?", "news").status()).isEqualTo(200);
    }

    @Test
    void hiredAgentAnswersUntilItIsDismissed() {
        Person person = Person.registered();

        ApiResponse hired = person.puts("/api/me/agents/news", "");
        ApiResponse again = person.puts("/api/me/agents/news", "");
        ApiResponse told = person.says("What is new?", "news");

        assertThat(hired.status()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(hired.body());
        assertThat(told.reply()).isEqualTo("There is nothing new: you have read everything.");
        assertThat(person.gets("/api/me/agents").json().path("data")).hasSize(1);
        assertThat(
                        agent(person.gets("/api/agents").json().path("data"), "news")
                                .path("hired")
                                .asBoolean())
                .isTrue();
        assertThat(person.deletes("/api/me/agents/news").status()).isEqualTo(204);
        assertThat(person.deletes("/api/me/agents/news").status()).isEqualTo(404);
        assertThat(person.says("And now?", "news", told.text("conversation_id")).code())
                .isEqualTo("forbidden");
    }

    @Test
    void refusesToHireUnknownAgent() {
        assertThat(Person.registered().puts("/api/me/agents/nobody", "").code())
                .isEqualTo("not_found");
    }

    @Test
    void newsAgentTellsWhatIsNewAndMarksItAsRead() {
        Person person = Person.registered();
        person.puts("/api/me/agents/news", "");
        Postgres.database()
                .change(
                        """
                        insert into notifications (id, user_id, kind, title, body, created_at)
                        values (gen_random_uuid(), ?, 'task_due', 'Due: buy milk', 'Today', now())
                        """,
                        person.id());

        assertThat(person.says("What is new?", "news").reply())
                .contains("1. Due: buy milk — Today");
        assertThat(person.says("mark all as read", "news").reply())
                .isEqualTo("I have marked 1 as read.");
        assertThat(person.says("What is new?", "news").reply()).startsWith("There is nothing new");
    }

    private static JsonNode agent(JsonNode agents, String type) {
        return StreamSupport.stream(agents.spliterator(), false)
                .filter(agent -> agent.path("agent_type").asText().equals(type))
                .findFirst()
                .orElseThrow();
    }
}
