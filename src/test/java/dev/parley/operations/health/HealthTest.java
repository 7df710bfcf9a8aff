package dev.parley.operations.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ExpectedErrors;
import dev.parley.testing.InProcess;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.Wait;
import io.quarkus.test.common.http.TestHTTPResource;
import java.net.URI;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@ParleyTest
@ExpectedErrors("The job .+ failed") // The database is made to fail
class HealthTest {

    @TestHTTPResource(management = true)
    URI management;

    @AfterEach
    void mend() {
        Postgres.proxy().behave();
    }

    @Test
    void probesAreUpWhereAllIsWell() {
        assertThat(probe("live").status()).isEqualTo(200);
        assertThat(probe("ready").status()).isEqualTo(200);
        assertThat(probe("started").status()).isEqualTo(200);
    }

    @Test
    void processIsAliveButNotReadyWhileTheDatabaseIsAway() {
        Postgres.proxy().goAway();

        ApiResponse ready = probe("ready");
        ApiResponse live = probe("live");

        assertThat(ready.status()).isEqualTo(503);
        assertThat(ready.json().path("checks").toString())
                .contains("\"database\"")
                .contains("reason");
        assertThat(live.status()).isEqualTo(200);
        Postgres.proxy().comeBack();
        Wait.until(() -> probe("ready").status() == 200);
    }

    @Test
    void tellsMetricsOnTheManagementPortOnly() {
        Person.registered().says("hello", "echo");

        String metrics =
                Person.send(
                                HttpRequest.newBuilder(
                                                InProcess.management(management)
                                                        .resolve("/q/metrics"))
                                        .build())
                        .body();

        assertThat(metrics)
                .contains(
                        "parley_turns_seconds_count{agent=\"%s\",ending=\"succeeded\"}"
                                .formatted(InProcess.echo()))
                .contains("parley_turns_in_flight 0.0")
                .contains("parley_agent_connection_violations_total")
                .contains("agroal_active_count");
        assertThat(Person.send("GET", "/q/metrics", null, null).status()).isEqualTo(404);
        assertThat(Person.send("GET", "/q/health/ready", null, null).status()).isEqualTo(404);
    }

    private ApiResponse probe(String name) {
        return Person.send(
                HttpRequest.newBuilder(
                                InProcess.management(management).resolve("/q/health/" + name))
                        .build());
    }
}
