package dev.parley.operations.health;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.ExpectedErrors;
import dev.parley.testing.ModelStub;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.Wait;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each thing that liveness asks about is frozen, one by one; nothing else takes it down. */
@ParleyTest
@ExpectedErrors("The job .+ failed") // The database is made to fail
@TestProfile(LivenessTest.Attentive.class)
public class LivenessTest {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @TestHTTPResource(management = true)
    URI management;

    @TestHTTPResource URI doors;

    @Inject AgroalDataSource pool;

    @AfterEach
    void thaw() {
        Freezer.thaw();
        Postgres.proxy().behave();
        Wait.until(() -> probe("live").status() == 200 && probe("ready").status() == 200);
    }

    @ParameterizedTest
    @CsvSource({
        "worker-pool, worker pool",
        "virtual-threads, virtual threads",
        "scheduler, scheduler"
    })
    void livenessIsDownForTheFrozenPartOnly(String what, String name) {
        assertThat(probe("live").downs()).isEmpty();

        freeze(what);

        AtomicReference<Told> last = new AtomicReference<>(Told.NOTHING);
        Wait.until(() -> {
            last.set(probe("live"));
            return last.get().downs().contains(name);
        });
        assertThat(last.get().downs()).containsExactly(name);
        assertThat(last.get().status()).isEqualTo(503);
        if (what.equals("worker-pool")) {
            assertThat(probe("ready").status()).isEqualTo(200);
        }
        Freezer.thaw();
        Wait.until(() -> probe("live").status() == 200);
    }

    /**
     * Whichever loop it is. The one that serves the probes keeps them to itself: Kubernetes counts
     * silence as a failure, too.
     */
    @Test
    void livenessIsDownWhicheverEventLoopStandsStill() {
        int loops = 0;
        int told = 0;
        while (isFrozen("event-loop-" + loops)) {
            AtomicReference<Told> last = new AtomicReference<>(Told.NOTHING);
            Wait.until(() -> {
                last.set(probe("live"));
                return last.get().equals(Told.NOTHING)
                        || last.get().downs().contains("event loops");
            });
            if (!last.get().equals(Told.NOTHING)) {
                assertThat(last.get().downs()).containsExactly("event loops");
                told++;
            }
            Freezer.thaw();
            Wait.until(() -> probe("live").status() == 200);
            loops++;
        }

        assertThat(loops).isGreaterThan(1);
        assertThat(told).isPositive();
    }

    /** A probe that has to wait behind the clients of the API tells nothing of them. */
    @Test
    void probeIsAnsweredWhileNoEventLoopOfTheApiIs() {
        freeze("event-loops-of-the-api");

        Told live = probe("live");

        assertThat(live.status()).isEqualTo(503);
        assertThat(live.downs()).contains("event loops");
    }

    @Test
    void probesAreUpWhileEverythingElseHangs() throws SQLException {
        List<Connection> taken = new ArrayList<>();
        Person person = Person.registered();
        try {
            for (int i = 0; i < 10; i++) {
                taken.add(pool.getConnection());
            }
            List<Thread> hanging = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                hanging.add(Thread.ofVirtual().start(() -> person.gets("/api/dashboard/stats")));
            }
            Wait.until(() -> pool.getMetrics().awaitingCount() > 0);

            Told live = probe("live");
            Told ready = probe("ready");
            ApiResponse metrics =
                    Person.send(
                            HttpRequest.newBuilder(management.resolve("/q/metrics"))
                                    .timeout(PATIENCE)
                                    .build());

            assertThat(hanging).allMatch(Thread::isAlive);
            assertThat(live.status()).isEqualTo(200);
            // The next replica would only fill up as well
            assertThat(ready.status()).isEqualTo(200);
            assertThat(metrics.status()).isEqualTo(200);
        } finally {
            for (Connection connection : taken) {
                connection.close();
            }
        }
    }

    @Test
    void livenessIsUpWhileTheDatabaseIsSlow() {
        Postgres.proxy().freeze();

        assertThat(probe("live").status()).isEqualTo(200);
        assertThat(probe("ready").status()).isEqualTo(503);
        assertThat(probe("live").status()).isEqualTo(200);
    }

    @Test
    void processIsReadyWhileTheModelIsAway() {
        Person person = Person.registered();
        for (int i = 0; i < 21; i++) {
            person.says(ModelStub.ERROR_500, "assistant");
        }

        assertThat(probe("live").status()).isEqualTo(200);
        assertThat(probe("ready").status()).isEqualTo(200);
    }

    private void freeze(String what) {
        assertThat(isFrozen(what)).isTrue();
    }

    /** Whether there is such a thing, which then stands still. */
    private boolean isFrozen(String what) {
        return ask(HttpRequest.newBuilder(doors.resolve("/test/freeze/" + what))
                                .POST(HttpRequest.BodyPublishers.noBody()))
                        .orElseThrow()
                        .status()
                == 204;
    }

    private Told probe(String name) {
        return ask(HttpRequest.newBuilder(management.resolve("/q/health/" + name)))
                .map(Told::by)
                .orElse(Told.NOTHING);
    }

    /**
     * As Kubernetes asks: by a new connection each time, which may meet a frozen event loop. No
     * virtual thread has a part in it.
     */
    private static Optional<ApiResponse> ask(HttpRequest.Builder request) {
        HttpClient client = HttpClient.newHttpClient();
        try {
            return Optional.of(
                    new ApiResponse(
                            client.send(
                                    request.version(HttpClient.Version.HTTP_1_1)
                                            .timeout(PATIENCE)
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString())));
        } catch (HttpTimeoutException failure) {
            return Optional.empty();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interruption);
        } finally {
            client.shutdownNow();
        }
    }

    /**
     * What a probe was told: the status, 0 where nobody answered, and the checks that were down.
     */
    private record Told(int status, Set<String> downs) {

        static final Told NOTHING = new Told(0, Set.of());

        static Told by(ApiResponse answer) {
            Set<String> downs = new TreeSet<>();
            for (JsonNode check : answer.json().path("checks")) {
                if (check.path("status").asText().equals("DOWN")) {
                    downs.add(check.path("name").asText());
                }
            }
            return new Told(answer.status(), downs);
        }
    }

    /** Short thresholds, and few workers, so that all of them can be made to stand still. */
    public static final class Attentive implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "quarkus.thread-pool.max-threads", "8",
                    "parley.health.liveness-timeout", "2s",
                    "quarkus.vertx.warning-exception-time", "60s",
                    "parley.monitor.connection-held-warn-threshold", "100ms",
                    "parley.monitor.event-loop-lag-warn-threshold", "10ms");
        }
    }
}
