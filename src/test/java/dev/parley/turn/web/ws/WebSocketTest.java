package dev.parley.turn.web.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.InProcess;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Postgres;
import dev.parley.testing.SlowTurns;
import dev.parley.testing.SocketClient;
import dev.parley.testing.TestAgents;
import dev.parley.testing.Wait;
import dev.parley.turn.engine.RunningTurnRegistry;
import dev.parley.turn.engine.TurnLimiter;
import io.agroal.api.AgroalDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.DisabledOnIntegrationTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same turns over a socket. */
@ParleyTest
@TestProfile(WebSocketTest.ShortTimeouts.class)
public class WebSocketTest {

    private static final int MANY = 1_000;

    private final InProcess<TestAgents.Gated> gated = InProcess.of(TestAgents.Gated.class);
    private final InProcess<TestAgents.Dictated> dictated = InProcess.of(TestAgents.Dictated.class);
    private final InProcess<TurnLimiter> limiter = InProcess.of(TurnLimiter.class);
    private final InProcess<RunningTurnRegistry> runningTurns =
            InProcess.of(RunningTurnRegistry.class);
    private final InProcess<AgroalDataSource> pool = InProcess.of(AgroalDataSource.class);
    private final InProcess<MeterRegistry> meters = InProcess.of(MeterRegistry.class);

    private Person person = new Person("", new UUID(0, 0), "");

    @BeforeEach
    void comesIn() {
        person = Person.registered();
    }

    @AfterEach
    void allEnd() {
        gated.ifHere(TestAgents.Gated::open);
        limiter.ifHere(turns -> Wait.until(() -> turns.count() == 0));
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void tellsSeveralTurnsOverOneSocket() {
        try (SocketClient socket = SocketClient.open(person)) {
            socket.say(
                    "{\"type\":\"chat\",\"ref\":\"a\",\"message\":\"10\",\"agent_type\":\"talkative\"}");
            socket.say(
                    "{\"type\":\"chat\",\"ref\":\"b\",\"message\":\"hello\",\"agent_type\":\"echo\"}");

            List<JsonNode> a = socket.until("a", "turn.succeeded");
            List<JsonNode> b = socket.until("b", "turn.succeeded");

            assertThat(said(a)).isEqualTo("w1 w2 w3 w4 w5 w6 w7 w8 w9 w10 ");
            assertThat(said(b)).isEqualTo("hello");
            assertThat(a.getFirst().path("type").asText()).isEqualTo("turn.opened");
            assertThat(a.getFirst().path("number").asLong()).isEqualTo(1);
        }
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void cancelsTurnThatItFollows() {
        gated.get().close();
        try (SocketClient socket = SocketClient.open(person)) {
            socket.say(
                    "{\"type\":\"chat\",\"ref\":\"a\",\"message\":\"wait\",\"agent_type\":\"gated\"}");
            String turn = socket.next("a").path("turn_id").asText();

            socket.say("{\"type\":\"cancel\",\"turn_id\":\"%s\"}".formatted(turn));

            assertThat(socket.until("a", "turn.cancelled")).isNotEmpty();
        }
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void goesOnBehindLastNumberAfterReconnecting() {
        String message = "dictation " + UUID.randomUUID();
        String turn;
        try (SocketClient socket = SocketClient.open(person)) {
            socket.say(
                    "{\"type\":\"chat\",\"ref\":\"a\",\"message\":\"%s\",\"agent_type\":\"dictated\"}"
                            .formatted(message));
            turn = socket.next("a").path("turn_id").asText();
            dictated.get().say(message, "one ");
            assertThat(socket.next("a").path("delta").asText()).isEqualTo("one ");
        }
        dictated.get().say(message, "two ");
        try (SocketClient socket = SocketClient.open(person)) {
            socket.say(
                    "{\"type\":\"follow\",\"ref\":\"b\",\"turn_id\":\"%s\",\"after\":2}"
                            .formatted(turn));
            assertThat(socket.next("b").path("delta").asText()).isEqualTo("two ");
            dictated.get().say(message, "three");
            dictated.get().say(message, TestAgents.Dictated.END);
            assertThat(said(socket.until("b", "turn.succeeded"))).isEqualTo("three");
        }
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void changesTheQueue() {
        gated.get().close();
        try (SocketClient socket = SocketClient.open(person)) {
            socket.say(
                    "{\"type\":\"chat\",\"ref\":\"a\",\"message\":\"wait\",\"agent_type\":\"gated\"}");
            JsonNode running = socket.next("a");
            String conversation = running.path("conversation_id").asText();
            socket.say(
                    "{\"type\":\"chat\",\"ref\":\"b\",\"message\":\"draft\",\"conversation_id\":\"%s\",\"when_busy\":\"enqueue\"}"
                            .formatted(conversation));
            String queued = socket.next("b").path("turn_id").asText();

            socket.say(command("edit", conversation, queued, "\"message\":\"better\""));
            socket.say(
                    "{\"type\":\"queue\",\"ref\":\"q\",\"conversation_id\":\"%s\"}"
                            .formatted(conversation));
            JsonNode edited = socket.next("q");
            assertThat(edited.path("type").asText()).isEqualTo("queue.edited");
            assertThat(edited.path("message").asText()).isEqualTo("better");
            JsonNode listed = socket.next("q");
            assertThat(listed.path("type").asText()).isEqualTo("queue.listed");
            assertThat(listed.path("data").findValuesAsText("turn_id")).containsExactly(queued);
            assertThat(listed.path("data").findValuesAsText("message")).containsExactly("better");

            socket.say(command("remove", conversation, queued, ""));
            assertThat(socket.next("q").path("type").asText()).isEqualTo("queue.removed");
            assertThat(socket.until("b", "turn.cancelled").getLast().at("/error/code").asText())
                    .isEqualTo("turn_removed");
            socket.say(command("remove", conversation, running.path("turn_id").asText(), ""));
            assertThat(socket.next("q").path("code").asText()).isEqualTo("turn_not_queued");
            socket.say("{\"type\":\"quota\",\"ref\":\"q\"}");
            JsonNode quota = socket.next("q");
            assertThat(quota.path("type").asText()).isEqualTo("quota.read");
            assertThat(quota.path("used").asInt()).as("the query was given back").isEqualTo(1);
        }
    }

    @Test
    void queueOfAnotherPersonIsNotFound() {
        String theirs = Person.registered().says("mine", "echo").text("conversation_id");
        try (SocketClient socket = SocketClient.open(person)) {
            socket.say(
                    "{\"type\":\"queue\",\"ref\":\"q\",\"conversation_id\":\"%s\"}"
                            .formatted(theirs));
            assertThat(socket.next("q").path("code").asText()).isEqualTo("not_found");
            socket.say(command("remove", theirs, UUID.randomUUID().toString(), ""));
            assertThat(socket.next("q").path("code").asText()).isEqualTo("not_found");
            socket.say(command("edit", theirs, UUID.randomUUID().toString(), "\"message\":\"a\""));
            assertThat(socket.next("q").path("code").asText()).isEqualTo("not_found");
        }
    }

    private static String command(
            String type, String conversation, String turn, String furtherField) {
        return "{\"type\":\"%s\",\"ref\":\"q\",\"conversation_id\":\"%s\",\"turn_id\":\"%s\"%s}"
                .formatted(
                        type, conversation, turn, furtherField.isEmpty() ? "" : "," + furtherField);
    }

    @Test
    void takesTokenAsSubProtocol() {
        try (SocketClient socket = SocketClient.withSubProtocol(person.token())) {
            assertThat(socket.subProtocol()).isEqualTo("parley");
            socket.say(
                    "{\"type\":\"chat\",\"ref\":\"a\",\"message\":\"hello\",\"agent_type\":\"echo\"}");
            assertThat(said(socket.until("a", "turn.succeeded"))).isEqualTo("hello");
        }
    }

    @Test
    void refusesToOpenWithoutValidToken() {
        assertThatThrownBy(() -> SocketClient.open(RestAssured.port, ""))
                .hasMessageContaining("401");
        assertThatThrownBy(() -> SocketClient.withSubProtocol("abc")).hasMessageContaining("401");
        assertThatThrownBy(() -> SocketClient.atPath("/api/ws?token=" + person.token()))
                .hasMessageContaining("401");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no json",
                "[]",
                "{}",
                "{\"type\":\"dance\"}",
                "{\"type\":7}",
                "{\"type\":\"chat\"}",
                "{\"type\":\"chat\",\"message\":\" \"}",
                "{\"type\":\"chat\",\"message\":7}",
                "{\"type\":\"chat\",\"message\":\"a\",\"mood\":\"b\"}",
                "{\"type\":\"chat\",\"message\":\"a\",\"agent_type\":\"nobody\"}",
                "{\"type\":\"chat\",\"message\":\"a\",\"when_busy\":\"dance\"}",
                "{\"type\":\"chat\",\"message\":\"a\",\"idempotency_key\":\"\\t\"}",
                "{\"type\":\"follow\"}",
                "{\"type\":\"follow\",\"turn_id\":\"x\"}",
                "{\"type\":\"follow\",\"turn_id\":\"01a1fe0b-d7ba-78e5-8a1d-bda1a520d1a6\",\"after\":-1}",
                "{\"type\":\"cancel\",\"turn_id\":\"x\",\"why\":\"y\"}",
                "{\"type\":\"queue\"}",
                "{\"type\":\"queue\",\"conversation_id\":\"x\"}",
                "{\"type\":\"remove\",\"conversation_id\":\"01a1fe0b-d7ba-78e5-8a1d-bda1a520d1a6\"}",
                "{\"type\":\"edit\",\"conversation_id\":\"01a1fe0b-d7ba-78e5-8a1d-bda1a520d1a6\",\"turn_id\":\"01a1fe0b-d7ba-78e5-8a1d-bda1a520d1a6\"}",
                "{\"type\":\"edit\",\"conversation_id\":\"01a1fe0b-d7ba-78e5-8a1d-bda1a520d1a6\",\"turn_id\":\"01a1fe0b-d7ba-78e5-8a1d-bda1a520d1a6\",\"message\":\""
                    + " \"}",
                "{\"type\":\"quota\",\"month\":\"2026-11\"}"
            })
    void refusesWhatItDoesNotUnderstandAndGoesOn(String message) {
        try (SocketClient socket = SocketClient.open(person)) {
            socket.say(message);
            JsonNode problem = socket.next("");
            assertThat(problem.path("type").asText()).isEqualTo("problem");
            assertThat(problem.path("code").asText()).isEqualTo("invalid_request");

            socket.say(
                    "{\"type\":\"chat\",\"ref\":\"a\",\"message\":\"hello\",\"agent_type\":\"echo\"}");
            assertThat(said(socket.until("a", "turn.succeeded"))).isEqualTo("hello");
        }
    }

    @Test
    void tellsRefusalsAsOtherDoorsDo() {
        Postgres.database().leaveQueries(person.id(), 0, 1_000);
        String theirs = Person.registered().says("mine", "echo").text("turn_id");
        try (SocketClient socket = SocketClient.open(person)) {
            socket.say(
                    "{\"type\":\"chat\",\"ref\":\"a\",\"message\":\"hello\",\"agent_type\":\"echo\"}");
            assertThat(socket.next("a").path("code").asText()).isEqualTo("quota_exhausted");
            socket.say("{\"type\":\"follow\",\"ref\":\"b\",\"turn_id\":\"%s\"}".formatted(theirs));
            assertThat(socket.next("b").path("code").asText()).isEqualTo("not_found");
        }
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void followsNoMoreTurnsThanItMay() {
        gated.get().close();
        try (SocketClient socket = SocketClient.open(person)) {
            for (int i = 0; i < 16; i++) {
                socket.say(
                        "{\"type\":\"chat\",\"ref\":\"r%d\",\"message\":\"wait\",\"agent_type\":\"gated\"}"
                                .formatted(i));
                socket.next("r" + i);
            }
            socket.say(
                    "{\"type\":\"chat\",\"ref\":\"last\",\"message\":\"a\",\"agent_type\":\"echo\"}");
            assertThat(socket.next("last").path("code").asText()).isEqualTo("invalid_request");
        }
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void followsNoFurtherTurnWhereItFollowsAllThatItMay() {
        String ended = person.says("hello", "echo").text("turn_id");
        gated.get().close();
        try (SocketClient socket = SocketClient.open(person)) {
            for (int i = 0; i < 16; i++) {
                socket.say(
                        "{\"type\":\"chat\",\"ref\":\"r%d\",\"message\":\"wait\",\"agent_type\":\"gated\"}"
                                .formatted(i));
                socket.next("r" + i);
            }

            socket.say(
                    "{\"type\":\"follow\",\"ref\":\"last\",\"turn_id\":\"%s\"}".formatted(ended));

            assertThat(socket.next("last").path("code").asText()).isEqualTo("invalid_request");
        }
    }

    /** The database is slow to open the first turn; what is asked meanwhile waits behind it. */
    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void isClosedWhereItAsksMoreThanMayWait() {
        try (SocketClient socket = SocketClient.open(person);
                SlowTurns slow = SlowTurns.toOpen()) {
            socket.say(
                    "{\"type\":\"chat\",\"ref\":\"a\",\"message\":\"b\",\"agent_type\":\"echo\"}");
            slow.atWork();
            for (int waiting = 1; waiting <= 64; waiting++) {
                socket.say("{}");
            }
            assertThat(socket.isClosed()).isFalse();

            socket.say("{}");

            Wait.until(socket::isClosed);
            assertThat(socket.closedWith()).isEqualTo(1008);
        }
    }

    @Test
    void isClosedOnceItsTokenIsNoMoreWelcome() {
        try (SocketClient socket = SocketClient.open(person)) {
            Postgres.database().endTokensOf(person);

            socket.say("{\"type\":\"chat\",\"message\":\"hello\",\"agent_type\":\"echo\"}");

            Wait.until(socket::isClosed);
            assertThat(socket.closedWith()).isEqualTo(1008);
            assertThat(Postgres.database().usedBy(person)).isZero();
        }
    }

    /** It asks and asks, and reads no answer. */
    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void isClosedWhereItsAnswersAreNotRead() throws Exception {
        try (SocketClient.Mute mute = SocketClient.mute(person)) {
            Wait.until(() -> open() == 1);
            Thread.ofVirtual()
                    .start(() -> {
                        try {
                            while (true) {
                                mute.say("no json");
                            }
                        } catch (java.io.IOException failure) {
                            // That is what is waited for
                        }
                    });

            Wait.until(() -> open() == 0);
        }
    }

    /**
     * Each event would stay in memory until it is read: 72 MB. The messages in between are turns,
     * so that the test knows when the earlier messages were executed.
     */
    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void isClosedWhereItFollowsAgainAndAgainAndDoesNotRead() throws Exception {
        String turn = person.says("字".repeat(30_000), "echo").text("turn_id");
        try (SocketClient.Mute mute = SocketClient.mute(person)) {
            Wait.until(() -> open() == 1);
            int turns = 1;
            while (open() == 1 && turns <= 8) {
                for (int i = 0; i < 50; i++) {
                    mute.say("{\"type\":\"follow\",\"turn_id\":\"%s\"}".formatted(turn));
                }
                mute.say("{\"type\":\"chat\",\"message\":\"a\",\"agent_type\":\"echo\"}");
                int expected = ++turns;
                Wait.until(() ->
                        open() == 0
                                || Postgres.database().turnsOf(person, "succeeded") == expected);
            }

            assertThat(open()).isZero();
        }
    }

    @Test
    void isClosedWhereItIsIdle() {
        try (SocketClient socket = SocketClient.open(person)) {
            Wait.until(socket::isClosed);
            assertThat(socket.closedWith()).isEqualTo(1000);
        }
    }

    /** It answers no ping, and never says good bye. */
    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void isClosedWhereItIsDead() throws Exception {
        gated.get().close();
        try (SocketClient.Mute mute = SocketClient.mute(person)) {
            mute.say("{\"type\":\"chat\",\"message\":\"wait\",\"agent_type\":\"gated\"}");
            Wait.until(() -> gated.get().waiting() == 1);
            Wait.until(() -> open() == 1);

            Wait.until(() -> open() == 0);
            assertThat(gated.get().waiting()).isEqualTo(1);
        }
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void leavesNothingBehindOfThousandSocketsThatWereDropped() {
        gated.get().close();
        List<Callable<SocketClient>> openings = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            openings.add(() -> {
                SocketClient socket = SocketClient.open(person);
                socket.say(
                        "{\"type\":\"chat\",\"ref\":\"a\",\"message\":\"wait\",\"agent_type\":\"gated\"}");
                socket.next("a");
                return socket;
            });
        }
        List<SocketClient> sockets = new ArrayList<>();
        for (int from = 0; from < MANY; from += 100) {
            sockets.addAll(Person.atOnce(openings.subList(from, from + 100)));
        }
        assertThat(sockets).hasSize(MANY);
        Wait.until(() -> gated.get().waiting() == MANY);

        sockets.forEach(SocketClient::drop);

        Wait.until(() -> open() == 0);
        assertThat(runningTurns.get().all())
                .hasSize(MANY)
                .noneMatch(turn -> turn.stream().hasSubscribers());
        gated.get().open();
        Wait.until(() -> limiter.get().count() == 0 && runningTurns.get().all().isEmpty());
        Wait.until(() -> pool.get().getMetrics().activeCount() == 0);
        assertThat(Postgres.database().turnsOf(person, "succeeded")).isEqualTo(MANY);
    }

    private double open() {
        return meters.get().get("parley.websockets.open").gauge().value();
    }

    private static String said(List<JsonNode> events) {
        StringBuilder said = new StringBuilder();
        events.forEach(event -> said.append(event.path("delta").asText()));
        return said.toString();
    }

    /**
     * Nobody waits a quarter of an hour here, rescue looks twice a second, and a person may open
     * very many sockets.
     */
    public static final class ShortTimeouts implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "parley.websocket.idle-timeout", "4s",
                    "parley.websocket.pong-timeout", "6s",
                    "parley.websocket.max-per-account", Integer.toString(MANY),
                    "parley.websocket.max-per-address", Integer.toString(2 * MANY),
                    "quarkus.websockets-next.server.auto-ping-interval", "1S",
                    "parley.runner.heartbeat-interval", "500ms");
        }
    }
}
