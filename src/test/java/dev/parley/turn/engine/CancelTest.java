package dev.parley.turn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.ProfilesForTests;
import dev.parley.agent.Usage;
import dev.parley.platform.jobs.Deadline;
import dev.parley.platform.jobs.PausedJobs;
import dev.parley.testing.Events;
import dev.parley.testing.ExpectedErrors;
import dev.parley.testing.InProcess;
import dev.parley.testing.ModelStub;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.Settings;
import dev.parley.testing.SlowTurns;
import dev.parley.testing.TestAgents;
import dev.parley.testing.Wait;
import dev.parley.turn.StopReason;
import dev.parley.turn.TurnConfig;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnOutcome;
import dev.parley.turn.recovery.StuckTurnMonitor;
import dev.parley.turn.web.http.StreamTest;
import io.quarkus.test.junit.DisabledOnIntegrationTest;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Cancelling stops the work, and harms nothing where there is none left. */
@ParleyTest
public class CancelTest {

    private final InProcess<TestAgents.Deaf> deaf = InProcess.of(TestAgents.Deaf.class);
    private final InProcess<TestAgents.Gated> gated = InProcess.of(TestAgents.Gated.class);
    private final InProcess<TurnLimiter> limiter = InProcess.of(TurnLimiter.class);
    private final InProcess<RunningTurnRegistry> runningTurns =
            InProcess.of(RunningTurnRegistry.class);
    private final InProcess<TurnEngine> turnEngine = InProcess.of(TurnEngine.class);
    private final InProcess<AgentRunner> agentRunner = InProcess.of(AgentRunner.class);

    @BeforeEach
    void forget() {
        ModelStub.forget();
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void closesConnectionToModelAndKeepsWhatWasWrittenWhenCancelled() throws Exception {
        Person person = Person.registered();
        try (Events stream =
                Events.ofTurn(person, StreamTest.chat(ModelStub.HANG_IN_THE_MIDDLE, "assistant"))) {
            String turn = stream.next().orElseThrow().text("turn_id");
            assertThat(stream.next().orElseThrow().text("delta")).isEqualTo("hm");

            ApiResponse cancelled = person.posts("/api/turns/" + turn + "/cancel", "");

            assertThat(cancelled.status()).isEqualTo(200);
            assertThat(cancelled.text("status")).isEqualTo("cancelled");
            assertThat(cancelled.reply()).isEqualTo("hm");
            assertThat(cancelled.json().path("error").path("code").asText())
                    .isEqualTo("turn_cancelled");
            assertThat(ModelStub.sawConnectionClosed(ModelStub.HANG_IN_THE_MIDDLE)).isTrue();
            assertThat(stream.rest())
                    .singleElement()
                    .satisfies(last -> {
                        assertThat(last.name()).isEqualTo("turn.cancelled");
                        assertThat(last.data().path("reply").path("content").asText())
                                .isEqualTo("hm");
                    });
            assertThat(person.posts("/api/turns/" + turn + "/cancel", "").json())
                    .isEqualTo(cancelled.json());
        }
        Wait.until(() -> limiter.get().count() == 0);
    }

    @Test
    void closesConnectionToModelThatHasSaidNothingWhenCancelled() throws Exception {
        Person person = Person.registered();
        try (Events stream =
                Events.ofTurn(person, StreamTest.chat(ModelStub.NOTHING, "assistant"))) {
            String turn = stream.next().orElseThrow().text("turn_id");
            Wait.until(() -> ModelStub.calls() == 1);

            ApiResponse cancelled = person.posts("/api/turns/" + turn + "/cancel", "");

            assertThat(cancelled.text("status")).isEqualTo("cancelled");
            assertThat(cancelled.json().has("reply")).isFalse();
            assertThat(ModelStub.sawConnectionClosed(ModelStub.NOTHING)).isTrue();
        }
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void tellsCallerWhoWaitsForJsonThatTurnWasCancelled() {
        Person person = Person.registered();
        gated.get().close();
        CompletableFuture<ApiResponse> waiting =
                CompletableFuture.supplyAsync(
                        () -> person.says("wait", "gated"), task -> Thread.ofVirtual().start(task));
        String turn = runningTurn(person);

        person.posts("/api/turns/" + turn + "/cancel", "");

        assertThat(waiting.join().status()).isEqualTo(409);
        assertThat(waiting.join().code()).isEqualTo("turn_cancelled");
        assertThat(waiting.join().text("turn_id")).isEqualTo(turn);
    }

    @Test
    void leavesEndedTurnAsItIsWhenCancelled() {
        Person person = Person.registered();
        ApiResponse answer = person.says("hello", "echo");

        ApiResponse cancelled =
                person.posts("/api/turns/" + answer.text("turn_id") + "/cancel", "");

        assertThat(cancelled.status()).isEqualTo(200);
        assertThat(cancelled.text("status")).isEqualTo("succeeded");
        assertThat(cancelled.json().path("version").asLong()).isEqualTo(1);
    }

    @Test
    void hidesTurnFromOtherUsersWhoCancelIt() {
        String turn = Person.registered().says("hello", "echo").text("turn_id");

        ApiResponse foreign = Person.registered().posts("/api/turns/" + turn + "/cancel", "");

        assertThat(foreign.status()).isEqualTo(404);
    }

    /** An agent that does not listen holds up nobody but itself. */
    @DisabledOnIntegrationTest("It looks inside")
    @ExpectedErrors("ignored the interrupt")
    @Test
    void endsCancelledTurnWhoseAgentDoesNotListen() {
        Person person = Person.registered();
        try (Events stream = Events.ofTurn(person, StreamTest.chat("hello", "deaf"))) {
            String turn = stream.next().orElseThrow().text("turn_id");
            stream.next();

            person.posts("/api/turns/" + turn + "/cancel", "");

            Wait.until(() -> person.gets("/api/turns/" + turn).text("status").equals("cancelled"));
            assertThat(person.gets("/api/turns/" + turn).reply()).isEqualTo("I do not ");
            deaf.get().wake();
            assertThat(stream.rest())
                    .singleElement()
                    .extracting(Events.Event::name)
                    .isEqualTo("turn.cancelled");
            Wait.until(() -> limiter.get().count() == 0);
            assertThat(person.gets("/api/turns/" + turn).reply()).isEqualTo("I do not ");
            assertThat(Postgres.database().versionsOf(person)).isEqualTo(1);
        }
    }

    /** What it says from then on is told to nobody. */
    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void tellsWhatIsStoredWhereTheAgentGoesOnWhileItsTurnIsSettled() {
        Person person = Person.registered();
        try (PausedJobs _ = PausedJobs.pause();
                Events stream = Events.ofTurn(person, StreamTest.chat("hello", "deaf"))) {
            RunningTurn turn = speaking(stream);
            try (SlowTurns turns = SlowTurns.toSettle()) {
                turnEngine.get().forceEnd(turn, new TurnOutcome.Cancelled(Usage.NONE));
                turns.atWork();
                deaf.get().wake();
                Wait.until(() -> turn.thread().isEmpty());
            }

            List<Events.Event> rest = stream.rest();

            assertThat(rest.getLast().name()).isEqualTo("turn.cancelled");
            assertThat("I do not " + Events.said(rest)).isEqualTo(stored(person, turn).reply());
        }
    }

    @DisabledOnIntegrationTest("It looks inside")
    @ExpectedErrors("ignored the interrupt")
    @Test
    void endsTurnWhoseAgentDoesNotListenToItsTimeLimit() {
        Person person = Person.registered();
        try (PausedJobs _ = PausedJobs.pause();
                Events stream = Events.ofTurn(person, StreamTest.chat("hello", "deaf"))) {
            RunningTurn turn = speaking(stream);

            look("0s", "0s");
            deaf.get().wake();

            assertThat(stream.rest().getLast().name()).isEqualTo("turn.timed_out");
            assertThat(stored(person, turn).json().has("reply")).isFalse();
            // What was told is told to those who ask later
            try (Events again = Events.following(person, turn.context().id().toString(), 0)) {
                assertThat(Events.said(again.rest())).isEqualTo("I do not ");
            }
        }
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void leavesTurnAloneWhoseAgentHasTimeLeft() {
        Person person = Person.registered();
        try (PausedJobs _ = PausedJobs.pause();
                Events stream = Events.ofTurn(person, StreamTest.chat("hello", "deaf"))) {
            RunningTurn turn = speaking(stream);

            look("1h", "0s");
            look("0s", "1h");
            deaf.get().wake();

            assertThat(stream.rest().getLast().name()).isEqualTo("turn.succeeded");
            assertThat(stored(person, turn).reply()).isEqualTo("I do not listen");
        }
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void leavesCancelledTurnAloneWhoseAgentHasTimeToStop() {
        Person person = Person.registered();
        try (PausedJobs _ = PausedJobs.pause();
                Events stream = Events.ofTurn(person, StreamTest.chat("hello", "deaf"))) {
            RunningTurn turn = speaking(stream);
            turn.stop(StopReason.CANCELLED);

            look("0s", "1h");
            deaf.get().wake();

            assertThat(stream.rest().getLast().name()).isEqualTo("turn.cancelled");
            assertThat(stored(person, turn).reply()).isEqualTo("I do not listen");
        }
    }

    /** The turn, of which the first piece has been told. */
    private RunningTurn speaking(Events stream) {
        String turn = stream.next().orElseThrow().text("turn_id");
        assertThat(stream.next().orElseThrow().text("delta")).isEqualTo("I do not ");
        return runningTurns.get().find(new TurnId(UUID.fromString(turn))).orElseThrow();
    }

    /** Looks at the running turns as if these were the limits. */
    private void look(String agentTimeout, String deafAfter) {
        new StuckTurnMonitor(
                        runningTurns.get(),
                        turnEngine.get(),
                        agentRunner.get(),
                        ProfilesForTests.withTimeout(agentTimeout),
                        Settings.of(TurnConfig.class, "parley.turn.interrupt-grace", deafAfter))
                .run(Deadline.in(Duration.ofSeconds(5)));
    }

    private static ApiResponse stored(Person person, RunningTurn turn) {
        return person.gets("/api/turns/" + turn.context().id());
    }

    /** What many users stop is no failure of the model's: its circuit stays closed. */
    @Test
    void keepsModelOpenToOthersAfterManyCancelledTurns() {
        Person person = Person.registered();
        for (int i = 0; i < 25; i++) {
            try (Events stream =
                    Events.ofTurn(
                            person, StreamTest.chat(ModelStub.HANG_IN_THE_MIDDLE, "assistant"))) {
                String turn = stream.next().orElseThrow().text("turn_id");
                stream.next();
                person.posts("/api/turns/" + turn + "/cancel", "");
            }
        }

        assertThat(person.says("hello", "assistant").status()).isEqualTo(200);
    }

    public static String runningTurn(Person person) {
        return Wait.forText(() -> Postgres.database().turnIdsOf(person, "running"));
    }
}
