package dev.parley.operations.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ExpectedErrors;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Postgres;
import dev.parley.testing.Wait;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.TestProfile;
import java.net.URI;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The process answers at each path as the rules of the manifests believe. */
@ParleyTest
@ExpectedErrors("The job .+ failed") // The database is made to fail
@TestProfile(LivenessTest.Attentive.class)
class HealthPathTest {

    @TestHTTPResource(management = true)
    URI management;

    @TestHTTPResource URI api;

    @AfterEach
    void mend() {
        Freezer.thaw();
        Postgres.proxy().behave();
        Wait.until(() -> status(HealthPath.ALL) == 200);
    }

    @Test
    void answersAsExpectedWithoutDatabase() {
        Postgres.proxy().goAway();

        for (HealthPath path : HealthPath.values()) {
            Wait.until(() -> status(path) == path.withoutDatabase);
        }
        assertThat(status(HealthPath.LIVE)).isEqualTo(200);
    }

    @Test
    void answersAsExpectedWhileFrozen() {
        Person.send(
                HttpRequest.newBuilder(api.resolve("/test/freeze/worker-pool"))
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build());

        Wait.until(() -> status(HealthPath.LIVE) == HealthPath.LIVE.frozen);
        for (HealthPath path : HealthPath.values()) {
            assertThat(status(path)).as(path.path).isEqualTo(path.frozen);
        }
    }

    private int status(HealthPath path) {
        return Person.send(HttpRequest.newBuilder(management.resolve(path.path)).build()).status();
    }
}
