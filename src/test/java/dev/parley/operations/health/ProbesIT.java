package dev.parley.operations.health;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.testing.Manifests;
import dev.parley.testing.ModelStub;
import dev.parley.testing.OwnPostgres;
import dev.parley.testing.ParleyProcess;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Wait;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1ContainerPort;
import io.kubernetes.client.openapi.models.V1Probe;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the manifests ask, and where, is what the process answers, and there. */
// What is missing in a manifest fails as it should, as a null
@SuppressWarnings("NullAway")
class ProbesIT {

    private static final String ADA = "{\"username\":\"ada\",\"password\":\"correct horse\"}";

    @Test
    void answersProbesWhereTheManifestsAsk(@TempDir Path folder) throws Exception {
        Manifests manifests = Manifests.rendered("base");
        V1Container parley =
                manifests.deployment().getSpec().getTemplate().getSpec().getContainers().getFirst();
        Map<String, V1ContainerPort> ports =
                parley.getPorts().stream()
                        .collect(Collectors.toMap(V1ContainerPort::getName, Function.identity()));
        ModelStub model = new ModelStub();
        try (OwnPostgres postgres = new OwnPostgres(folder.resolve("data"));
                ParleyProcess process =
                        ParleyProcess.started(settings(manifests, postgres.port(), model))
                                .listening()) {
            // The ports that the process has where nobody sets them, here told apart by number
            Map<Integer, Integer> here =
                    Map.of(8080, process.port(), 9000, process.managementPort());

            for (V1Probe probe :
                    List.of(
                            parley.getStartupProbe(),
                            parley.getReadinessProbe(),
                            parley.getLivenessProbe())) {
                int port = ports.get(probe.getHttpGet().getPort().getStrValue()).getContainerPort();

                String asked =
                        "http://localhost:%d%s"
                                .formatted(here.get(port), probe.getHttpGet().getPath());
                // Ready once it has rehearsed
                Wait.until(() ->
                        Person.send(HttpRequest.newBuilder(URI.create(asked)).build()).status()
                                == 200);
            }
            tellsInJsonWhichTurnItIsAbout(process);
        } finally {
            model.stop();
        }
    }

    /** As the ConfigMap wants the log. */
    private static void tellsInJsonWhichTurnItIsAbout(ParleyProcess process) throws Exception {
        process.post("/api/auth/register", "", ADA.replace("}", ",\"email\":\"ada@example.org\"}"));
        String token = process.post("/api/auth/login", "", ADA).text("access_token");
        ApiResponse failed =
                process.post(
                        "/api/chat",
                        token,
                        "{\"message\":\"%s\",\"agent_type\":\"assistant\"}"
                                .formatted(ModelStub.ERROR_500));
        assertThat(failed.status()).isEqualTo(502);

        String turn = failed.text("turn_id");
        String line =
                Wait.forText(() ->
                        process.console()
                                .lines()
                                .filter(text -> text.contains("WARN") && text.contains(turn))
                                .toList());
        JsonNode mdc = new ObjectMapper().readTree(line).path("mdc");
        assertThat(mdc.path("turn").asText()).isEqualTo(turn);
        assertThat(mdc.path("conversation").asText()).isEqualTo(failed.text("conversation_id"));
        assertThat(mdc.path("traceId").asText()).matches("[0-9a-f]{32}");
        assertThat(process.console()).doesNotContain(ModelStub.ERROR_500);
    }

    /** As the ConfigMap gives them, but for the database, which is elsewhere. */
    private static Map<String, String> settings(
            Manifests manifests, int database, ModelStub model) {
        Map<String, String> settings =
                new HashMap<>(
                        manifests
                                .one("ConfigMap", manifests.configMap(), V1ConfigMap.class)
                                .getData());
        settings.put(
                "QUARKUS_DATASOURCE_JDBC_URL",
                "jdbc:postgresql://127.0.0.1:%d/postgres".formatted(database));
        settings.put("QUARKUS_DATASOURCE_USERNAME", "postgres");
        settings.put("QUARKUS_SHUTDOWN_DELAY", "0S");
        // It rehearses as it does where nobody says anything about it
        settings.put("PARLEY_WARM_UP_ROUNDS", "");
        // Traces with nowhere to go: their ids are in the log all the same
        settings.put("QUARKUS_OTEL_SDK_DISABLED", "false");
        settings.put("QUARKUS_OTEL_EXPORTER_OTLP_ENABLED", "false");
        settings.putAll(model.environment());
        return settings;
    }
}
