package dev.parley.operations.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.testing.KeptAlive;
import dev.parley.testing.Kubelet;
import dev.parley.testing.Manifests;
import dev.parley.testing.OwnPostgres;
import dev.parley.testing.ReconnectingClients;
import dev.parley.testing.Replicas;
import dev.parley.testing.Throttle;
import io.kubernetes.client.openapi.models.V1Probe;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A process that is slow because it has much to do, or little time, is not restarted. */
@Execution(ExecutionMode.CONCURRENT)
@SuppressWarnings("NullAway") // What is missing in a manifest fails as it should, as a null
class LoadedProcessIT {

    private static final int CLIENTS = 5_000;
    private static final int ACCOUNTS = 50;
    private static final Duration ON_A_SLOW_DAY = Duration.ofMinutes(5);

    /** The process has a sixth of a core on the machine of two cores where this was measured. */
    @Test
    void survivesClientsThatReconnectAtOnce(@TempDir Path folder) throws Exception {
        try (OwnPostgres postgres = new OwnPostgres(folder.resolve("data"));
                Replicas replicas = new Replicas(postgres.port(), manySockets())) {
            List<String> tokens = Stream.generate(replicas::newcomer).limit(ACCOUNTS).toList();
            try (Throttle _ = Throttle.of(replicas.first(), 8, 100);
                    Kubelet kubelet = Kubelet.watching(replicas.first(), liveness());
                    ReconnectingClients clients =
                            ReconnectingClients.connecting(
                                    replicas.first().port(), tokens, CLIENTS)) {
                await().atMost(ON_A_SLOW_DAY)
                        .until(() -> clients.open() == CLIENTS || kubelet.wouldRestart());

                assertThat(kubelet.wouldRestart()).as(() -> kubelet.looks().toString()).isFalse();
            }
        }
    }

    @Test
    void survivesTwoPercentOfTheTimeWithSixtyFourClients(@TempDir Path folder) throws Exception {
        try (OwnPostgres postgres = new OwnPostgres(folder.resolve("data"));
                Replicas replicas = new Replicas(postgres.port(), Map.of())) {
            String token = replicas.newcomer();
            V1Probe liveness = liveness();
            try (Kubelet kubelet = Kubelet.watching(replicas.first(), liveness);
                    Throttle _ = Throttle.of(replicas.first(), 10, 500)) {
                List<KeptAlive> _ =
                        Stream.generate(() ->
                                        KeptAlive.asking(
                                                replicas.first().port(),
                                                "GET",
                                                "/api/tasks",
                                                token,
                                                ""))
                                .limit(64)
                                .toList();
                // The first look is before the load
                await().atMost(ON_A_SLOW_DAY)
                        .until(() ->
                                kubelet.looks().size() > liveness.getFailureThreshold() + 1
                                        || kubelet.wouldRestart());

                assertThat(kubelet.wouldRestart()).as(() -> kubelet.looks().toString()).isFalse();
            }
        }
    }

    private static Map<String, String> manySockets() {
        return Map.of(
                "PARLEY_WEBSOCKET_MAX_PER_ACCOUNT", Integer.toString(CLIENTS),
                "PARLEY_WEBSOCKET_MAX_PER_ADDRESS", Integer.toString(CLIENTS),
                "PARLEY_HTTP_MAX_CONNECTIONS_PER_ADDRESS", Integer.toString(2 * CLIENTS));
    }

    private static V1Probe liveness() {
        return Manifests.rendered("base")
                .deployment()
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst()
                .getLivenessProbe();
    }
}
