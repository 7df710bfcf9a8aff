package dev.parley.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.KeptAlive;
import dev.parley.testing.OwnPostgres;
import dev.parley.testing.Replicas;
import dev.parley.testing.Wait;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code SIGTERM} while clients keep their connections and go on asking. */
class ShutdownIT {

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

            for (KeptAlive client : clients) {
                client.join();
                assertThat(client.trouble()).isEmpty();
                assertThat(client.statuses()).containsOnly(200);
                assertThat(client.wasToldToClose()).isTrue();
            }
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
}
