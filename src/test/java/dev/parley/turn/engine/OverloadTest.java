package dev.parley.turn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.agent.AgentCatalogue;
import dev.parley.agent.AgentType;
import dev.parley.platform.cluster.RunnerLease;
import dev.parley.platform.identity.UserId;
import dev.parley.testing.Events;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.TestAgents;
import dev.parley.testing.Wait;
import dev.parley.turn.InstanceShuttingDown;
import dev.parley.turn.TurnConfig;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnRequest;
import dev.parley.turn.UnreachableModelTest;
import dev.parley.turn.WhenBusy;
import dev.parley.turn.memory.TurnMemory;
import dev.parley.turn.recovery.TurnRecoveryTest;
import dev.parley.turn.store.RetryingTurnStore;
import dev.parley.turn.web.http.StreamTest;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.test.junit.TestProfile;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** More turns than the process takes are refused, before anything is charged. */
@ParleyTest
@TestProfile(UnreachableModelTest.NobodyThere.class)
class OverloadTest {

    @Inject TestAgents.Gated gated;
    @Inject TurnLimiter limiter;
    @Inject TurnConfig config;
    @Inject TurnMemory memory;
    @Inject RetryingTurnStore store;
    @Inject AgentCatalogue agents;
    @Inject AgentRunner agentRunner;
    @Inject RunnerLease runner;
    @Inject RunningTurnRegistry runningTurns;
    @Inject TurnCanceller canceller;
    @Inject TurnSteerer steerer;
    @Inject TurnReservations reservations;
    @Inject TurnTelemetry telemetry;
    @Inject Event<TurnStarted> started;
    @Inject Event<TurnSettled> settled;

    @Test
    void refusesTurnWhereAllPlacesAreTakenAndTakesItAfterwards() {
        Person person = Person.registered();
        gated.close();
        var waiting =
                TurnRecoveryTest.later(() -> Person.atOnce(3, () -> person.says("wait", "gated")));
        Wait.until(() -> gated.waiting() == 3);

        ApiResponse refused = person.says("hello", "echo");

        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.code()).isEqualTo("overloaded");
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isPositive();
        try (Events stream = Events.ofTurn(person, StreamTest.chat("hello", "echo"))) {
            assertThat(stream.status()).isEqualTo(503);
        }
        assertThat(Postgres.database().usedBy(person)).isEqualTo(3);
        gated.open();
        List<ApiResponse> answers = waiting.join();
        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
        Wait.until(() -> limiter.count() == 0);
        assertThat(person.says("hello", "echo").status()).isEqualTo(200);
    }

    /** Whoever comes when all turns have been interrupted would be cut off in the middle. */
    @Test
    void refusesTurnOnceTheProcessStops() {
        Person person = Person.registered();
        TurnLimiter places = new TurnLimiter(config, memory, new SimpleMeterRegistry());
        GracefulShutdown shutdown = new GracefulShutdown(places, runningTurns, config, unheard());
        TurnEngine engine =
                new TurnEngine(
                        store,
                        agents,
                        agentRunner,
                        runner,
                        places,
                        runningTurns,
                        canceller,
                        steerer,
                        reservations,
                        shutdown,
                        telemetry,
                        started,
                        settled);
        shutdown.onShutdown(new ShutdownEvent());

        assertThatThrownBy(() -> engine.submit(message(person)))
                .isInstanceOf(InstanceShuttingDown.class);

        assertThat(places.count()).isZero();
        assertThat(Postgres.database().turnsOf(person)).isZero();
    }

    /** The application itself does not stop, so that nobody is to hear of it. */
    @SuppressWarnings("unchecked")
    private static Event<GracefulShutdown.ShutdownStarted> unheard() {
        return (Event<GracefulShutdown.ShutdownStarted>)
                Proxy.newProxyInstance(
                        OverloadTest.class.getClassLoader(),
                        new Class<?>[] {Event.class},
                        (proxy, method, arguments) -> null);
    }

    private static TurnRequest message(Person person) {
        return new TurnRequest(
                TurnId.next(),
                new UserId(person.id()),
                Optional.empty(),
                Optional.of(new AgentType("echo")),
                "hello",
                WhenBusy.REJECT,
                Optional.empty());
    }
}
