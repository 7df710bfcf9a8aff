package dev.parley.quota;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.platform.identity.UserId;
import dev.parley.testing.Database;
import dev.parley.testing.ModelStub;
import dev.parley.testing.ModelStub.Call;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.Wait;
import dev.parley.turn.engine.TurnLimiter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tokens and cost are counted by agent and model, and a plan limits them (G4). */
@ParleyTest
@TestProfile(BudgetTest.Budgeted.class)
class BudgetTest {

    /** What the model's endpoint reports for each answer: 11 tokens read, 7 written. */
    private static final int TOKENS = 18;

    private static final String COST = "0.000025";
    private static final UUID DEAD = new UUID(7, 7);

    @Inject MeterRegistry meters;
    @Inject TurnLimiter limiter;
    @Inject BudgetService budgets;

    private final Database database = Postgres.database();
    private Person person;

    @BeforeEach
    void register() {
        ModelStub.forget();
        person = Person.registered();
    }

    @AfterEach
    void endAll() {
        ModelStub.forget();
        Wait.until(() -> limiter.count() == 0);
    }

    @Test
    void showsTokensAndCostOfTurnByAgentAndModel() {
        double counted = counted("output");

        person.says("hello", "assistant");

        JsonNode quota = quota();
        assertThat(quota.path("tokens").toString())
                .isEqualTo(
                        """
                        {"input":11,"cached":0,"output":7,"used":18,"reserved":0,"is_estimated":false}\
                        """);
        assertThat(quota.path("cost").toString())
                .isEqualTo(
                        """
                        {"used":%s,"reserved":0,"currency":"EUR"}\
                        """
                                .formatted(quota.path("cost").path("used")));
        assertThat(quota.path("cost").path("used").decimalValue()).isEqualByComparingTo(COST);
        assertThat(quota.path("usage")).hasSize(1);
        JsonNode line = quota.path("usage").path(0);
        assertThat(line.path("agent_type").asText()).isEqualTo("assistant");
        assertThat(line.path("model").asText()).isEqualTo("stub-1");
        assertThat(line.path("input_tokens").asInt()).isEqualTo(11);
        assertThat(line.path("output_tokens").asInt()).isEqualTo(7);
        assertThat(line.path("cost").decimalValue()).isEqualByComparingTo(COST);
        assertThat(counted("output") - counted).isEqualTo(7);
    }

    @Test
    void showsAdministratorsTokensOfAllAndOfOne() {
        Person admin = Person.admin();
        long before = admin.gets("/api/admin/usage").json().path("tokens").asLong();

        person.says("hello", "assistant");

        assertThat(admin.gets("/api/admin/usage").json().path("tokens").asLong())
                .isEqualTo(before + TOKENS);
        JsonNode own = admin.gets("/api/admin/usage?user_id=" + person.id()).json();
        assertThat(own.path("tokens").asInt()).isEqualTo(TOKENS);
        assertThat(own.path("currency").asText()).isEqualTo("EUR");
        assertThat(own.path("usage").findValuesAsText("model")).containsExactly("stub-1");
        assertThat(
                        admin.gets("/api/admin/usage?month=2020-01&user_id=" + person.id())
                                .json()
                                .path("usage"))
                .isEmpty();
        assertThat(admin.gets("/api/admin/usage?month=2020-13").status()).isEqualTo(400);
        assertThat(person.gets("/api/admin/usage").status()).isEqualTo(403);
    }

    @Test
    void estimatesTokensThatEndpointDoesNotReport() {
        ModelStub.reportNoUsage();

        person.says("add milk", "assistant");

        JsonNode tokens = quota().path("tokens");
        assertThat(tokens.path("is_estimated").asBoolean()).isTrue();
        assertThat(tokens.path("input").asInt()).isGreaterThan(100);
        assertThat(tokens.path("output").asInt()).isGreaterThan(7);
        assertThat(quota().path("usage").path(0).path("is_estimated").asBoolean()).isTrue();
    }

    @Test
    void chargesTurnThatIsCancelledBeforeModelReports() {
        String turn = begun(ModelStub.HANG_IN_THE_MIDDLE);
        Wait.until(() -> person.gets("/api/turns/" + turn).text("status").equals("running"));
        Wait.until(() -> ModelStub.calls() == 1);

        person.posts("/api/turns/" + turn + "/cancel", "");

        ended(turn, "cancelled");
        assertThat(quota().path("tokens").path("input").asInt()).isPositive();
        assertThat(quota().path("tokens").path("is_estimated").asBoolean()).isTrue();
    }

    @Test
    void chargesNothingForEndpointThatRefuses() {
        person.says(ModelStub.ERROR_400, "assistant");
        person.says(ModelStub.ERROR_429, "assistant");

        assertThat(quota().path("tokens").path("used").asInt()).isZero();
        assertThat(quota().path("usage")).isEmpty();
    }

    /** Fifty turns at once on a budget for ten. */
    @Test
    void grantsNoMoreTurnsAtOnceThanBudgetIsEnoughFor() {
        database.subscribe(person, "tokens");

        List<ApiResponse> answers =
                Person.atOnce(50, () -> person.says("think 1500 hello", "assistant"));

        assertThat(answers).filteredOn(answer -> answer.status() == 200).hasSize(10);
        assertThat(answers)
                .filteredOn(answer -> answer.status() != 200)
                .allSatisfy(answer -> {
                    assertThat(answer.code()).isEqualTo("quota_exhausted");
                    assertThat(answer.text("detail"))
                            .startsWith("The 180 tokens of the plan \"tokens\" for this month")
                            .contains("are used, or reserved by turns that have not ended")
                            .contains(quota().path("resets_at").asText());
                    assertThat(Long.parseLong(answer.header("Retry-After"))).isPositive();
                });
        JsonNode tokens = quota().path("tokens");
        assertThat(tokens.path("used").asInt()).isEqualTo(180);
        assertThat(tokens.path("limit").asInt()).isEqualTo(180);
        assertThat(tokens.path("reserved").asInt()).isZero();
        assertThat(tokens.path("remaining").asInt()).isZero();
        assertThat(database.usedBy(person)).isEqualTo(10);
        assertThat(database.turnsOf(person)).isEqualTo(10);
        assertCountersEqualLedger();
    }

    /** A turn may cost at most 36 millionths, so that seven are within 250. */
    @Test
    void grantsNoMoreTurnsAtOnceThanCostIsEnoughFor() {
        database.subscribe(person, "cost");

        List<ApiResponse> answers =
                Person.atOnce(20, () -> person.says("think 1500 hello", "assistant"));

        assertThat(answers).filteredOn(answer -> answer.status() == 200).hasSize(7);
        assertThat(answers)
                .filteredOn(answer -> answer.status() != 200)
                .allSatisfy(answer ->
                        assertThat(answer.text("detail"))
                                .startsWith("The 0.00025 of cost of the plan \"cost\""));
        JsonNode cost = quota().path("cost");
        assertThat(cost.path("used").decimalValue()).isEqualByComparingTo("0.000175");
        assertThat(cost.path("remaining").decimalValue()).isEqualByComparingTo("0.000075");
        assertCountersEqualLedger();
    }

    @Test
    void notifiesUserOnceAtFourFifthsAndOnceAtTheEnd() {
        database.subscribe(person, "tokens");

        for (int turn = 0; turn < 8; turn++) {
            assertThat(database.notificationsOf(person)).isEmpty();
            person.says("hello", "assistant");
        }
        assertThat(database.notificationsOf(person)).containsExactly("quota_nearing");
        assertThat(person.gets("/api/notifications").json().path("data").findValuesAsText("body"))
                .allSatisfy(
                        body -> assertThat(body).startsWith("You have used 144 of 180 tokens."));

        person.says("hello", "assistant");
        person.says("hello", "assistant");
        assertThat(database.notificationsOf(person))
                .containsExactlyInAnyOrder("quota_nearing", "quota_exhausted");
    }

    @Test
    void showsWhatRunningTurnHasReserved() {
        database.subscribe(person, "tokens");
        ModelStub.hold(new Call("hello", false));
        String turn = begun("hello");

        JsonNode tokens = quota().path("tokens");
        assertThat(tokens.path("used").asInt()).isZero();
        assertThat(tokens.path("reserved").asInt()).isEqualTo(TOKENS);
        assertThat(tokens.path("remaining").asInt()).isEqualTo(180 - TOKENS);

        ModelStub.hold();
        ended(turn, "succeeded");
        assertThat(quota().path("tokens").path("reserved").asInt()).isZero();
    }

    @Test
    void endsTurnBeforeRoundThatNothingIsLeftForAndKeepsItsText() {
        database.subscribe(person, "rounds");

        ApiResponse answer = person.says(ModelStub.TALK_AND_TOOLS, "assistant");

        String turn = database.turnIdsOf(person, "failed").getFirst();
        JsonNode ended = person.gets("/api/turns/" + turn).json();
        assertThat(answer.code()).isEqualTo("quota_exhausted");
        assertThat(ended.path("error").path("code").asText()).isEqualTo("quota_exhausted");
        assertThat(ended.path("error").path("detail").asText())
                .startsWith("The 60 tokens of the plan \"rounds\"");
        assertThat(ended.path("reply").path("content").asText())
                .isEqualTo("So far. ".repeat(ModelStub.calls()));
        assertThat(database.messagesOf(person)).hasSize(2);
        // 54 tokens in three rounds, and one round beyond
        assertThat(quota().path("tokens").path("used").asInt()).isEqualTo(4 * TOKENS);
        assertCountersEqualLedger();
        assertThat(person.says("hello", "assistant").code()).isEqualTo("quota_exhausted");
        assertThat(person.says("hello", "echo").status()).isEqualTo(200);
    }

    @Test
    void countsTokensOfEachWorker() {
        person.says("delegate helper: hello && helper: add milk", "supervisor");

        assertThat(
                        database.texts(
                                "select path || ' ' || agent_type || ' ' || model from"
                                        + " token_charges where user_id = '"
                                        + person.id()
                                        + "' order by path"))
                .containsExactly(" supervisor stub-1", "1 helper stub-1", "2 helper stub-1");
        assertThat(quota().path("usage").findValuesAsText("agent_type"))
                .containsExactly("helper", "supervisor");
        assertCountersEqualLedger();
    }

    @Test
    void queuedTurnReservesAndReleasesWhenItIsRemoved() {
        database.subscribe(person, "tokens");
        ModelStub.hold(new Call("hello", false));
        String turn = begun("hello");
        String conversation = person.gets("/api/turns/" + turn).text("conversation_id");
        String queued = sends("and then", conversation, "enqueue");
        assertThat(quota().path("tokens").path("reserved").asInt()).isEqualTo(2 * TOKENS);

        person.deletes("/api/conversations/%s/queue/%s".formatted(conversation, queued));

        assertThat(quota().path("tokens").path("reserved").asInt()).isEqualTo(TOKENS);
        ModelStub.hold();
        ended(turn, "succeeded");
        assertNothingIsReserved();
    }

    @Test
    void steeringMessageReleasesWhatItsTurnHadReserved() {
        database.subscribe(person, "rounds");
        ModelStub.hold(new Call("add milk", false));
        String turn = begun("add milk");
        String conversation = person.gets("/api/turns/" + turn).text("conversation_id");
        String steering = sends("greet me", conversation, "steer");
        assertThat(reserved(steering)).isEqualTo(TOKENS);
        ModelStub.hold(new Call("greet me", false));
        ended(steering, "steered");

        assertThat(reserved(steering)).isZero();
        ModelStub.hold();
        ended(turn, "succeeded");
        assertNothingIsReserved();
        assertCountersEqualLedger();
    }

    /** What was used before the crash is stored with the step. */
    @Test
    void chargesTurnWhoseRunnerIsLostWithWhatIsStored() {
        database.subscribe(person, "rounds");
        ModelStub.hold(new Call("add milk", true));
        String turn = begun("add milk");
        Wait.until(() -> ModelStub.held() == 1);
        long stored =
                database.count(
                        "select input_tokens + output_tokens from turn_usage where turn_id ="
                                + " ?::uuid",
                        turn);
        assertThat(stored).isPositive();

        database.assignTurn(turn, DEAD);
        ended(turn, "interrupted");

        assertThat(quota().path("tokens").path("used").asLong()).isEqualTo(stored);
        assertNothingIsReserved();
        assertThat(database.count("select count(*) from turn_usage where turn_id = ?::uuid", turn))
                .isZero();
        assertCountersEqualLedger();
    }

    @Test
    void chargesWaitingTurnThatIsCancelled() {
        database.subscribe(person, "rounds");
        String turn = begun("add milk", "careful");
        ended(turn, "waiting");
        long kept = reserved(turn);
        assertThat(kept).isPositive();

        person.posts("/api/turns/" + turn + "/cancel", "");

        ended(turn, "cancelled");
        assertThat(quota().path("tokens").path("used").asLong()).isEqualTo(kept);
        assertNothingIsReserved();
    }

    @Test
    void resumedTurnIsChargedForBothAttempts() {
        String turn = begun("add milk", "careful");
        ended(turn, "waiting");
        long before =
                database.count(
                        "select input_tokens + output_tokens from turn_usage where turn_id ="
                                + " ?::uuid",
                        turn);

        person.posts("/api/turns/" + turn + "/steps/1/approve", "{}");

        ended(turn, "succeeded");
        assertThat(quota().path("tokens").path("used").asLong()).isEqualTo(before + TOKENS);
    }

    @Test
    void turnThatGoesOnWithNothingLeftKeepsTheTextOfAllRounds() {
        database.subscribe(person, "rounds");
        String turn = begun(ModelStub.TALK_AND_TOOLS, "curious");
        ended(turn, "waiting");
        person.posts("/api/turns/" + turn + "/steps/1/approve", "{}");
        Wait.until(() -> ModelStub.calls() == 2);
        ended(turn, "waiting");
        database.change("update quotas set tokens = 60 where user_id = ?", person.id());

        person.posts("/api/turns/" + turn + "/steps/2/approve", "{}");

        ended(turn, "failed");
        JsonNode ended = person.gets("/api/turns/" + turn).json();
        assertThat(ended.path("error").path("code").asText()).isEqualTo("quota_exhausted");
        assertThat(ended.path("reply").path("content").asText()).isEqualTo("So far. So far. ");
        assertThat(ModelStub.calls()).isEqualTo(2);
        assertNothingIsReserved();
    }

    @Test
    void summaryIsRefusedWhereNothingIsLeft() {
        database.subscribe(person, "tokens");
        String conversation = person.says("first", "echo").text("conversation_id");
        database.lengthen(conversation, 200, "text");
        database.change("update quotas set tokens = 180 where user_id = ?", person.id());

        ApiResponse refused = person.posts("/api/conversations/" + conversation + "/summary", "");

        assertThat(refused.code()).isEqualTo("quota_exhausted");
        assertThat(ModelStub.summaryRequests()).isEmpty();
        database.change("update quotas set tokens = 179 where user_id = ?", person.id());
        assertThat(person.posts("/api/conversations/" + conversation + "/summary", "").status())
                .isEqualTo(200);
    }

    /** The outcome of a settlement may be unknown, so that it is repeated. */
    @Test
    void chargesTurnOnceWhereItIsSettledTwice() {
        TokenCharge charge =
                new TokenCharge(
                        new UserId(person.id()),
                        new UUID(3, 3),
                        Instant.now(),
                        "",
                        "assistant",
                        "stub-1",
                        5,
                        0,
                        2,
                        9,
                        false);

        settle(charge);
        settle(charge);

        assertThat(quota().path("tokens").path("used").asInt()).isEqualTo(7);
        assertCountersEqualLedger();
    }

    private void settle(TokenCharge charge) {
        QuarkusTransaction.requiringNew().run(() -> budgets.settle(List.of(charge), List.of()));
    }

    @Test
    void chargesWorkersOfTurnWhoseRunnerIsLost() {
        String message = "delegate helper: hello";
        ModelStub.hold(new Call(message, true));
        String turn = begun(message, "supervisor");
        Wait.until(() -> ModelStub.held() == 1);

        database.assignTurn(turn, DEAD);
        ended(turn, "interrupted");

        assertThat(
                        database.texts(
                                "select path || ' ' || agent_type from token_charges where turn_id"
                                        + " = ?::uuid order by path",
                                turn))
                .containsExactly(" supervisor", "1 helper");
        assertThat(
                        person.gets("/api/turns/" + turn)
                                .json()
                                .path("usage")
                                .path("input_tokens")
                                .asInt())
                .isEqualTo(22);
        assertCountersEqualLedger();
    }

    @Test
    void reconciliationFindsAndRepairsTokensAndCost() {
        person.says("hello", "assistant");
        database.change(
                "update quotas set tokens = tokens + 5, cost = cost - 1 where user_id = ?",
                person.id());

        List<JsonNode> differences = reconciled();

        assertThat(differences).hasSize(1);
        JsonNode difference = differences.getFirst();
        assertThat(difference.path("counted_tokens").asInt()).isEqualTo(TOKENS + 5);
        assertThat(difference.path("written_tokens").asInt()).isEqualTo(TOKENS);
        assertThat(difference.path("counted_cost").decimalValue()).isEqualByComparingTo("0.000024");
        assertThat(difference.path("written_cost").decimalValue()).isEqualByComparingTo(COST);
        assertCountersEqualLedger();
        assertThat(reconciled()).isEmpty();
    }

    /** The user's differences; other tests have planted theirs. */
    private List<JsonNode> reconciled() {
        return Person.admin()
                .posts("/api/admin/quota/reconcile", "")
                .json()
                .path("differences")
                .valueStream()
                .filter(node -> node.path("user_id").asText().equals(person.id().toString()))
                .toList();
    }

    @Test
    void deletesTokensWithUser() {
        person.says("hello", "assistant");

        assertThat(person.gets("/api/me/export").json().path("token_charges")).hasSize(1);
        person.deletes("/api/me");

        assertThat(
                        database.count(
                                "select count(*) from token_charges where user_id = ?",
                                person.id()))
                .isZero();
    }

    private JsonNode quota() {
        return person.gets("/api/me/quota").json();
    }

    private double counted(String type) {
        return meters
                .find("parley.quota.tokens")
                .tags("agent", "assistant", "type", type)
                .counters()
                .stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    private String begun(String message) {
        return begun(message, "assistant");
    }

    private String begun(String message, String agent) {
        return person.posts(
                        "/api/chat",
                        "{\"message\":\"%s\",\"agent_type\":\"%s\"}".formatted(message, agent),
                        "Prefer",
                        "respond-async")
                .text("turn_id");
    }

    private String sends(String message, String conversation, String whenBusy) {
        return person.posts(
                        "/api/chat",
                        """
                        {"message":"%s","agent_type":"assistant","conversation_id":"%s","when_busy":"%s"}
                        """
                                .formatted(message, conversation, whenBusy),
                        "Prefer",
                        "respond-async")
                .text("turn_id");
    }

    private void ended(String turn, String status) {
        Wait.until(() -> person.gets("/api/turns/" + turn).text("status").equals(status));
    }

    private long reserved(String turn) {
        return database.count(
                "select coalesce(sum(tokens), 0) from reservations where turn_id = ?::uuid", turn);
    }

    private void assertNothingIsReserved() {
        Wait.until(() ->
                database.count("select count(*) from reservations where user_id = ?", person.id())
                        == 0);
    }

    private void assertCountersEqualLedger() {
        assertThat(
                        database.count(
                                """
                                select count(*) from quotas where user_id = ? and (tokens, cost) <> (
                                    select coalesce(sum(input_tokens + output_tokens), 0), coalesce(sum(cost), 0)
                                    from token_charges where token_charges.user_id = quotas.user_id
                                        and token_charges.month = quotas.month)
                                """,
                                person.id()))
                .isZero();
    }

    /** Plans with small budgets, a model with prices, and agents that delegate and ask. */
    public static final class Budgeted implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.ofEntries(
                    Map.entry("parley.runner.heartbeat-interval", "500ms"),
                    Map.entry("parley.quota.currency", "EUR"),
                    Map.entry("parley.quota.reserve-tokens", "18"),
                    Map.entry("parley.quota.plans.tokens.tokens", "180"),
                    Map.entry("parley.quota.plans.cost.cost", "0.00025"),
                    Map.entry("parley.quota.plans.rounds.tokens", "60"),
                    Map.entry("parley.prices.stub.model", "stub-1"),
                    Map.entry("parley.prices.stub.input", "1"),
                    Map.entry("parley.prices.stub.cached-input", "0.5"),
                    Map.entry("parley.prices.stub.output", "2"),
                    Map.entry("parley.agents.\"helper\".instructions", "Help."),
                    Map.entry("parley.agents.\"helper\".tools", "add_task"),
                    Map.entry("parley.agents.\"supervisor\".instructions", "Delegate."),
                    Map.entry("parley.agents.\"supervisor\".workers", "helper"),
                    Map.entry("parley.agents.\"curious\".instructions", "Look."),
                    Map.entry("parley.agents.\"curious\".tools", "list_tasks"),
                    Map.entry("parley.agents.\"curious\".approvals.\"list_tasks\"", "always"),
                    Map.entry("parley.agents.\"careful\".instructions", "Ask."),
                    Map.entry("parley.agents.\"careful\".tools", "add_task"),
                    Map.entry("parley.agents.\"careful\".approvals.\"add_task\"", "always"));
        }
    }
}
