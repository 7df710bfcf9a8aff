package dev.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ExpectedErrors;
import dev.parley.testing.InProcess;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.TestAgents;
import dev.parley.testing.Wait;
import dev.parley.turn.engine.TurnLimiter;
import io.quarkus.test.junit.DisabledOnIntegrationTest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** G4: every query is counted, once. */
@ParleyTest
class ChargeTest {

    private static final int LIMIT = 1000;

    private final InProcess<TestAgents.Away> away = InProcess.of(TestAgents.Away.class);
    private final InProcess<TurnLimiter> limiter = InProcess.of(TurnLimiter.class);

    @Test
    void opensExactlyAsManyTurnsAsQueriesAreLeft() {
        Person person = Person.registered();
        Postgres.database().leaveQueries(person.id(), 10, LIMIT);

        List<ApiResponse> answers = Person.atOnce(50, () -> person.says("me", "echo"));

        assertThat(answers.stream().filter(answer -> answer.status() == 200)).hasSize(10);
        assertThat(answers.stream().filter(answer -> answer.code().equals("quota_exhausted")))
                .hasSize(40);
        assertThat(Postgres.database().usedBy(person)).isEqualTo(LIMIT);
        assertThat(Postgres.database().turnsOf(person)).isEqualTo(10);
        assertThat(Postgres.database().conversationsOf(person)).isEqualTo(10);
    }

    @Test
    void leavesConversationIdleWhereNoQueryIsLeft() {
        Person person = Person.registered();
        String conversation = person.says("first", "echo").text("conversation_id");
        Postgres.database().leaveQueries(person.id(), 0, LIMIT);

        ApiResponse refused = person.says("second", "echo", conversation);
        Postgres.database().leaveQueries(person.id(), 1, LIMIT);
        ApiResponse answered = person.says("third", "echo", conversation);

        assertThat(refused.code()).isEqualTo("quota_exhausted");
        assertThat(answered.status()).isEqualTo(200);
        assertThat(Postgres.database().turnsOf(person)).isEqualTo(2);
    }

    @Test
    void tellsRefusedUserWhenTheCountStartsAnew() {
        Person person = Person.registered();
        Postgres.database().leaveQueries(person.id(), 0, LIMIT);

        ApiResponse refused = person.says("me", "echo");
        ApiResponse quota = person.gets("/api/me/quota");

        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.text("detail")).contains(quota.text("resets_at"));
        assertThat(Long.parseLong(refused.header("Retry-After"))).isPositive();
        assertThat(quota.json().path("used").asInt()).isEqualTo(LIMIT);
        assertThat(quota.json().path("remaining").asInt()).isZero();
        assertThat(quota.text("plan")).isEqualTo("free");
    }

    @DisabledOnIntegrationTest("It looks inside")
    @ExpectedErrors("agent broken failed unexpectedly")
    @Test
    void countsTurnThatFails() {
        Person person = Person.registered();

        person.says("hello", "broken");

        assertThat(Postgres.database().usedBy(person)).isEqualTo(1);
    }

    @Test
    void countsNoRefusedRequest() {
        Person person = Person.registered();

        person.says("", "echo");
        person.says("hello", "nobody");
        person.says("hello", "echo", "00000000-0000-7000-8000-000000000000");
        person.says("x".repeat(32_001), "echo");
        person.posts("/api/chat", "{");

        assertThat(Postgres.database().usedBy(person)).isZero();
        assertThat(Postgres.database().turnsOf(person)).isZero();
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void countsNoRequestToAnAgentThatIsAway() {
        Person person = Person.registered();
        away.get().leave();

        ApiResponse refused = person.says("hello", "away");

        away.get().comeBack();
        assertThat(refused.code()).isEqualTo("agent_unavailable");
        assertThat(Postgres.database().usedBy(person)).isZero();
        assertThat(Postgres.database().turnsOf(person)).isZero();
    }

    /** The process has a place for each turn in flight; a refused request is none. */
    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void takesNoPlaceForRefusedRequest() {
        Person person = Person.registered();
        Postgres.database().leaveQueries(person.id(), 0, LIMIT);
        Wait.until(() -> limiter.get().count() == 0);

        person.says("hello", "echo");

        assertThat(limiter.get().count()).isZero();
    }

    @Test
    void countsAnewWithTheMonth() {
        Person person = Person.registered();
        Postgres.database()
                .change(
                        """
                        insert into quotas (user_id, month, used)
                        values (?, (date_trunc('month', now() at time zone 'UTC') - interval '1 month')::date, 1000)
                        """,
                        person.id());

        assertThat(person.says("hello", "echo").status()).isEqualTo(200);
        assertThat(person.gets("/api/me/quota").json().path("used").asInt()).isEqualTo(1);
    }
}
