package dev.parley.api.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.Events;
import dev.parley.testing.HeldRows;
import dev.parley.testing.InProcess;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.RawHttp;
import dev.parley.testing.TestAgents;
import dev.parley.testing.Wait;
import io.quarkus.test.junit.DisabledOnIntegrationTest;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How many requests of one account are handled at the same time. */
@ParleyTest
class ConcurrencyLimitTest {

    /** The default of {@code parley.http.max-concurrent-requests-per-account}. */
    private static final int LIMIT = 4;

    /** More than the pool has connections. */
    private static final int REQUESTS = 12;

    private final InProcess<TestAgents.Gated> gated = InProcess.of(TestAgents.Gated.class);

    @Test
    void leavesConnectionsToOtherAccounts() throws SQLException {
        Person greedy = Person.registered();
        Person another = Person.registered();
        String path = "/api/tasks/" + greedy.posts("/api/tasks", "{\"title\":\"a\"}").text("id");
        CompletableFuture<List<ApiResponse>> changes;
        HeldRows held = HeldRows.by("update tasks set title = 'b' where user_id = ?", greedy.id());
        try {
            changes =
                    CompletableFuture.supplyAsync(() ->
                            Person.atOnce(
                                    Collections.nCopies(
                                            REQUESTS,
                                            () -> greedy.patches(path, "{\"title\":\"c\"}"))));
            Wait.until(() -> Postgres.database().waitingForLocks() == LIMIT);

            for (int request = 0; request < REQUESTS; request++) {
                assertThat(another.gets("/api/tasks").status()).isEqualTo(200);
                assertThat(Postgres.database().waitingForLocks()).isEqualTo(LIMIT);
            }
        } finally {
            held.close();
        }

        assertThat(changes.join())
                .as("all that waited are served")
                .allSatisfy(changed -> assertThat(changed.status()).isEqualTo(200));
    }

    /** The database goes on with a statement whose client is gone. */
    @Test
    void countsRequestsOfClientsThatAreGone() throws SQLException {
        Person greedy = Person.registered();
        Person another = Person.registered();
        String path = "/api/tasks/" + greedy.posts("/api/tasks", "{\"title\":\"a\"}").text("id");
        String change =
                "PATCH %s HTTP/1.1\nHost: localhost\nAuthorization: Bearer %s\nContent-Type: application/json\nContent-Length: 13\n\n{\"title\":\"c\"}"
                        .formatted(path, greedy.token());
        HeldRows held = HeldRows.by("update tasks set title = 'b' where user_id = ?", greedy.id());
        try {
            List<RawHttp> connections = new ArrayList<>();
            for (int request = 0; request < REQUESTS; request++) {
                connections.add(new RawHttp().send(change));
            }
            Wait.until(() -> Postgres.database().waitingForLocks() == LIMIT);
            connections.forEach(RawHttp::close);
            List<RawHttp> later = new ArrayList<>();
            for (int request = 0; request < REQUESTS; request++) {
                later.add(new RawHttp().send(change));
            }

            for (int request = 0; request < REQUESTS; request++) {
                assertThat(another.gets("/api/tasks").status()).isEqualTo(200);
                assertThat(Postgres.database().waitingForLocks()).isEqualTo(LIMIT);
            }
            later.forEach(RawHttp::close);
        } finally {
            held.close();
        }

        for (int request = 0; request <= LIMIT; request++) {
            assertThat(greedy.gets("/api/tasks").status()).isEqualTo(200);
        }
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void doesNotCountStreams() {
        Person person = Person.registered();
        gated.get().close();
        List<Events> streams = new ArrayList<>();
        try {
            String turn =
                    person.posts(
                                    "/api/chat",
                                    "{\"message\":\"wait\",\"agent_type\":\"gated\"}",
                                    "Prefer",
                                    "respond-async")
                            .text("turn_id");
            for (int stream = 0; stream <= LIMIT; stream++) {
                streams.add(Events.following(person, turn, 0));
                streams.getLast().next();
            }

            assertThat(person.gets("/api/tasks").status()).isEqualTo(200);
        } finally {
            gated.get().open();
            streams.forEach(Events::close);
        }
    }
}
