package dev.parley.quota;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.Database;
import dev.parley.testing.ExpectedErrors;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.Priced;
import dev.parley.testing.SlowTurns;
import dev.parley.testing.TestAgents;
import dev.parley.testing.Wait;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A turn costs what its agent costs when the turn is opened (G4). */
@ParleyTest
@TestProfile(Priced.class)
class PriceTest {

    private static final int LIMIT = 1_000;
    private static final String ONE = "echo";
    private static final String THREE = "counting";
    private static final String FREE = "offline";

    @Inject MeterRegistry meters;
    @Inject TestAgents.Gated gated;

    private final Database database = Postgres.database();
    private Person person;

    @BeforeEach
    void register() {
        person = Person.registered();
    }

    @AfterEach
    void open() {
        gated.open();
    }

    @Test
    void turnsAreChargedWithThePricesOfTheirAgents() {
        double before = chargedQueries();

        person.says("hello", ONE);
        person.says("hello", THREE);
        person.says("hello", FREE);

        assertThat(charges()).containsExactly("1", "3", "0");
        JsonNode quota = person.gets("/api/me/quota").json();
        assertThat(quota.path("used").asInt()).isEqualTo(4);
        assertThat(quota.path("remaining").asInt()).isEqualTo(LIMIT - 4);
        assertThat(quota.path("days").findValuesAsText("used")).containsExactly("4");
        assertThat(quota.path("months").findValuesAsText("used")).containsExactly("4");
        assertThat(person.gets("/api/dashboard/stats").json().path("quota").path("used").asInt())
                .isEqualTo(4);
        assertThat(chargedQueries() - before).isEqualTo(4);
    }

    @Test
    void catalogueShowsPrices() {
        JsonNode agents = person.gets("/api/agents").json().path("data");

        assertThat(agents.valueStream())
                .filteredOn(agent ->
                        List.of(ONE, THREE, FREE).contains(agent.path("agent_type").asText()))
                .extracting(agent -> agent.path("price").asInt())
                .containsExactly(3, 1, 0);
    }

    @Test
    void exportHasQueriesOfEachCharge() {
        person.says("hello", THREE);

        JsonNode charges = person.gets("/api/me/export").json().path("charges");

        assertThat(charges.findValuesAsText("queries")).containsExactly("3");
    }

    @Test
    void turnThatCostsMoreThanIsLeftIsRefusedAndChargesNothing() {
        database.leaveQueries(person.id(), 2, LIMIT);

        ApiResponse refused = person.says("hello", THREE);

        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.code()).isEqualTo("quota_exhausted");
        assertThat(refused.text("detail"))
                .startsWith(
                        "This agent costs 3 queries, 2 are left of the 1000 of the plan \"free\"")
                .contains(person.gets("/api/me/quota").text("resets_at"));
        assertThat(Long.parseLong(refused.header("Retry-After"))).isPositive();
        assertThat(database.usedBy(person)).isEqualTo(LIMIT - 2);
        assertThat(database.turnsOf(person)).isZero();
        assertThat(database.conversationsOf(person)).isZero();
        assertThat(charges()).isEmpty();
        assertThat(person.says("hello", ONE).status()).isEqualTo(200);
        assertThat(person.says("hello", THREE).text("detail"))
                .startsWith("This agent costs 3 queries, 1 is left");
        assertThat(person.says("hello", ONE).status()).isEqualTo(200);
        assertThat(person.says("hello", THREE).text("detail")).startsWith("All 1000 queries");
    }

    @Test
    void freeAgentAnswersAlsoWhereQuotaIsExhausted() {
        database.leaveQueries(person.id(), 0, LIMIT);

        assertThat(person.says("hello", FREE).status()).isEqualTo(200);
        assertThat(person.says("hello", ONE).code()).isEqualTo("quota_exhausted");
        assertThat(charges()).containsExactly("0");
        assertThat(database.usedBy(person)).isEqualTo(LIMIT);

        // The user has changed to a smaller plan
        database.leaveQueries(person.id(), -5, LIMIT);
        assertThat(person.says("hello", FREE).status()).isEqualTo(200);
        assertThat(database.usedBy(person)).isEqualTo(LIMIT + 5);
    }

    @Test
    void monthOfFreeTurnsHasNoDayWithQueries() {
        person.says("hello", FREE);

        JsonNode quota = person.gets("/api/me/quota").json();

        assertThat(charges()).containsExactly("0");
        assertThat(quota.path("used").asInt()).isZero();
        assertThat(quota.path("days")).isEmpty();
    }

    @Test
    void concurrentTurnsUseNoMoreThanIsLeft() {
        database.leaveQueries(person.id(), 10, LIMIT);

        List<ApiResponse> answers = Person.atOnce(30, () -> person.says("hello", THREE));

        assertThat(answers.stream().filter(answer -> answer.status() == 200)).hasSize(3);
        assertThat(answers.stream().filter(answer -> answer.code().equals("quota_exhausted")))
                .hasSize(27);
        assertThat(database.usedBy(person)).isEqualTo(LIMIT - 1);
        assertThat(database.turnsOf(person)).isEqualTo(3);
        assertThat(charges()).containsExactly("3", "3", "3");
    }

    @Test
    void concurrentTurnsOfSeveralPricesUseAllThatIsLeft() {
        database.leaveQueries(person.id(), 20, LIMIT);
        List<Callable<ApiResponse>> turns = new ArrayList<>();
        for (String agent : List.of(ONE, THREE, FREE)) {
            turns.addAll(Collections.nCopies(25, () -> person.says("hello", agent)));
        }
        Collections.shuffle(turns);

        List<ApiResponse> answers = Person.atOnce(turns);

        assertThat(answers).extracting(ApiResponse::status).containsOnly(200, 429);
        assertThat(database.usedBy(person)).isEqualTo(LIMIT);
        assertThat(charges().stream().mapToInt(Integer::parseInt).sum()).isEqualTo(20);
        assertThat(charges().stream().filter(queries -> queries.equals("0"))).hasSize(25);
        assertThat(charges()).hasSize((int) database.turnsOf(person));
    }

    /** As if they came one after the other: what is refused takes nothing from what follows. */
    @Test
    void turnsOpenedTogetherArePaidInTheirOrder() {
        database.leaveQueries(person.id(), 5, LIMIT);

        List<ApiResponse> answers = together(THREE, THREE, ONE, FREE, ONE, ONE, THREE, FREE);

        assertThat(answers)
                .extracting(answer -> answer.status() == 200 ? "ok" : answer.text("detail"))
                .satisfiesExactly(
                        first -> assertThat(first).isEqualTo("ok"),
                        second -> assertThat(second).contains("costs 3 queries, 2 are left"),
                        third -> assertThat(third).isEqualTo("ok"),
                        fourth -> assertThat(fourth).isEqualTo("ok"),
                        fifth -> assertThat(fifth).isEqualTo("ok"),
                        sixth -> assertThat(sixth).startsWith("All 1000 queries"),
                        seventh -> assertThat(seventh).startsWith("All 1000 queries"),
                        eighth -> assertThat(eighth).isEqualTo("ok"));
        assertThat(charges()).containsExactlyInAnyOrder("3", "1", "0", "1", "0");
        assertThat(database.usedBy(person)).isEqualTo(LIMIT);
        assertThat(transactions()).isEqualTo(1);
        assertThat(database.turnsOf(person)).isEqualTo(5);
        assertThat(database.conversationsOf(person)).isEqualTo(5);
        assertThat(database.notificationsOf(person)).containsExactly("quota_exhausted");
    }

    @Test
    void userHearsOfFourFifthsThatATurnHasPassed() {
        database.leaveQueries(person.id(), 201, LIMIT);

        person.says("hello", THREE);
        person.says("hello", THREE);

        assertThat(database.notificationsOf(person)).containsExactly("quota_nearing");
    }

    @Test
    void queuedTurnIsChargedWhenItIsSentAndIsGivenBackWhereItNeverBegins() {
        gated.close();
        String conversation = sent("wait", "").text("conversation_id");
        ApiResponse queued = sent("next", ",\"conversation_id\":\"%s\"".formatted(conversation));

        assertThat(queued.text("status")).isEqualTo("queued");
        assertThat(charges()).containsExactly("2", "2");
        person.posts("/api/turns/%s/cancel".formatted(queued.text("turn_id")), "");
        gated.open();
        Wait.until(() -> database.turnsOf(person, "succeeded") == 1);

        assertThat(database.turnsOf(person, "cancelled")).isEqualTo(1);
        assertThat(charges()).containsExactly("2", "0");
        assertThat(database.usedBy(person)).isEqualTo(2);
    }

    @Test
    void repeatedRequestCostsNothingMore() {
        for (int i = 0; i < 3; i++) {
            person.posts(
                    "/api/chat",
                    "{\"message\":\"hello\",\"agent_type\":\"%s\"}".formatted(THREE),
                    "Idempotency-Key",
                    "key");
        }

        assertThat(database.usedBy(person)).isEqualTo(3);
    }

    @ExpectedErrors("agent broken failed unexpectedly")
    @Test
    void turnThatFailsCostsItsPrice() {
        person.says("hello", "broken");

        assertThat(charges()).containsExactly("3");
    }

    @Test
    void turnThatGoesOnAfterApprovalCostsNothingMore() {
        ApiResponse waiting = person.says("add buy milk", "assistant");
        assertThat(waiting.text("status")).isEqualTo("waiting");

        person.posts("/api/turns/%s/steps/1/approve".formatted(waiting.text("turn_id")), "{}");
        Wait.until(() -> database.turnsOf(person, "succeeded") == 1);

        assertThat(charges()).containsExactly("4");
        assertThat(database.usedBy(person)).isEqualTo(4);
    }

    @Test
    void workerCostsNothingBesideItsSupervisor() {
        ApiResponse answer = person.says("delegate counting: hello", "assistant");

        assertThat(answer.reply()).contains("\"agent_type\":\"counting\"");
        assertThat(charges()).containsExactly("4");
        assertThat(database.usedBy(person)).isEqualTo(4);
    }

    private ApiResponse sent(String message, String conversation) {
        return person.posts(
                "/api/chat",
                "{\"message\":\"%s\",\"agent_type\":\"gated\",\"when_busy\":\"enqueue\"%s}"
                        .formatted(message, conversation),
                "Prefer",
                "respond-async");
    }

    /** Sends messages that are opened in one transaction, in this order. */
    private List<ApiResponse> together(String... agents) {
        Person first = Person.registered();
        List<CompletableFuture<ApiResponse>> answers = new ArrayList<>();
        CompletableFuture<ApiResponse> opened;
        try (SlowTurns turns = SlowTurns.toOpen()) {
            opened = later(first, ONE);
            turns.atWork();
            for (String agent : agents) {
                answers.add(later(person, agent));
                Wait.until(() -> queuedOpenings() == 1 + answers.size());
            }
        }
        assertThat(opened.join().status()).isEqualTo(200);
        return answers.stream().map(CompletableFuture::join).toList();
    }

    private static CompletableFuture<ApiResponse> later(Person person, String agent) {
        return CompletableFuture.supplyAsync(
                () -> person.says("hello", agent), task -> Thread.ofVirtual().start(task));
    }

    private double queuedOpenings() {
        return meters.get("parley.group.commit.queued").tag("kind", "opening").gauge().value();
    }

    private double chargedQueries() {
        return meters.get("parley.quota.queries").tag("outcome", "charged").counter().count();
    }

    private long transactions() {
        return database.count(
                "select count(distinct xmin::text) from charges where user_id = ?", person.id());
    }

    /** The queries of the charges, in the order of the turns. */
    private List<String> charges() {
        return database.texts(
                "select queries from charges where user_id = ? order by turn_id", person.id());
    }
}
