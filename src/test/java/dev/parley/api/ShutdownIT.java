package dev.parley.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.KeptAlive;
import dev.parley.testing.OwnPostgres;
import dev.parley.testing.RawHttp;
import dev.parley.testing.Replicas;
import dev.parley.testing.Wait;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code SIGTERM} while clients keep their connections and go on asking. */
class ShutdownIT {

    private static final String LONG_TURN =
            "{\"message\":\"think 6000\",\"agent_type\":\"assistant\"}";
    private static final String TURN = "{\"message\":\"think 300\",\"agent_type\":\"assistant\"}";

    @Test
    void stoppingReplicaLosesNoRequestAndTellsConnectionsToClose(@TempDir Path folder)
            throws Exception {
        try (OwnPostgres postgres = new OwnPostgres(folder.resolve("data"));
                Replicas replicas = new Replicas(postgres.port(), Map.of())) {
            List<KeptAlive> clients = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                String token = replicas.newcomer();
                int port = replicas.first().port();
                clients.add(
                        i % 2 == 0
                                ? KeptAlive.asking(port, "GET", "/api/tasks", token, "")
                                : KeptAlive.asking(port, "POST", "/api/chat", token, TURN));
            }
            Wait.until(() -> clients.stream().allMatch(client -> client.answered() >= 5));

            replicas.first().tellToStop();

            requireNothingLost(clients);
            // As the signal has it
            assertThat(replicas.first().exitCode()).isEqualTo(143);
            assertThat(
                            postgres.database()
                                    .count(
                                            "select count(*) from turns where status <>"
                                                    + " 'succeeded'"))
                    .isZero();
        }
    }

    /** The turns run when the signal comes, and end when the delay is over. */
    @Test
    void turnThatOutlastsDelayCostsNoRequest(@TempDir Path folder) throws Exception {
        try (OwnPostgres postgres = new OwnPostgres(folder.resolve("data"));
                Replicas replicas = new Replicas(postgres.port(), Map.of())) {
            List<KeptAlive> clients = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                clients.add(
                        KeptAlive.asking(
                                replicas.first().port(),
                                "POST",
                                "/api/chat",
                                replicas.newcomer(),
                                LONG_TURN));
            }
            Wait.until(() -> postgres.database().turns("running") == 20);

            replicas.first().tellToStop();

            requireNothingLost(clients);
            assertThat(replicas.first().exitCode()).isEqualTo(143);
        }
    }

    /** A client that uses its connection although it was idle since before the signal. */
    @Test
    void latecomerGetsProblemWithRetryAfter(@TempDir Path folder) throws Exception {
        try (OwnPostgres postgres = new OwnPostgres(folder.resolve("data"));
                Replicas replicas = new Replicas(postgres.port(), Map.of())) {
            int port = replicas.first().port();
            Deque<RawHttp> idle = new ArrayDeque<>();
            for (int i = 0; i < 60; i++) {
                idle.add(new RawHttp(port, InetAddress.getLoopbackAddress()));
            }
            KeptAlive turn =
                    KeptAlive.asking(port, "POST", "/api/chat", replicas.newcomer(), LONG_TURN);
            Wait.until(() -> postgres.database().turns("running") == 1);

            replicas.first().tellToStop();
            StringBuilder answer = new StringBuilder();
            Wait.until(() -> {
                answer.setLength(0);
                answer.append(
                        idle.remove()
                                .send("GET /api/surveys HTTP/1.1\nHost: a\n\n")
                                .readUntil("}"));
                Thread.sleep(100);
                return answer.indexOf("HTTP/1.1 503") == 0;
            });

            assertThat(answer.toString().toLowerCase(Locale.ROOT))
                    .contains("content-type: application/problem+json")
                    .contains("\r\nretry-after: ")
                    .contains("\"code\":\"overloaded\"");
            turn.join();
            assertThat(turn.statuses()).containsOnly(200);
            idle.forEach(RawHttp::close);
        }
    }

    private static void requireNothingLost(List<KeptAlive> clients) throws InterruptedException {
        for (KeptAlive client : clients) {
            client.join();
            assertThat(client.trouble()).isEmpty();
            assertThat(client.statuses()).containsOnly(200);
            assertThat(client.wasToldToClose()).isTrue();
        }
    }
}
