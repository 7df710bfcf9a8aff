package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.Manifests;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1Job;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.openapi.models.V1Service;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** On Kubernetes a migration takes as long as it needs: no probe and no deadline ends it. */
// What is missing in a manifest fails as it should, as a null
@SuppressWarnings("NullAway")
class MigrationManifestsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "base",
                "overlays/trial",
                "overlays/monitoring",
                "overlays/native",
                "overlays/migration-job"
            })
    void processThatProbesWatchMigratesNothing(String folder) {
        assertThat(container(Manifests.rendered(folder)).getEnv())
                .anySatisfy(variable -> {
                    assertThat(variable.getName()).isEqualTo("PARLEY_DATABASE_MIGRATE_AT_START");
                    assertThat(variable.getValue()).isEqualTo("false");
                });
    }

    @ParameterizedTest
    @CsvSource({
        "base, false",
        "overlays/trial, false",
        "overlays/monitoring, false",
        "overlays/native, false",
        "overlays/migration-job, true"
    })
    void initContainerMigratesOrWaits(String folder, boolean waits) {
        Manifests manifests = Manifests.rendered(folder);
        V1Container container = container(manifests);
        V1Container migration = pod(manifests).getInitContainers().getFirst();

        assertThat(migration.getArgs())
                .containsExactlyElementsOf(
                        waits ? List.of("migrate", "--wait") : List.of("migrate"));
        Parley.commandLine().parseArgs(migration.getArgs().toArray(String[]::new));
        assertThat(migration.getImage()).isEqualTo(container.getImage());
        assertThat(migration.getEnvFrom()).isEqualTo(container.getEnvFrom());
        assertThat(migration.getSecurityContext()).isEqualTo(container.getSecurityContext());
        assertThat(migration.getVolumeMounts()).isEqualTo(container.getVolumeMounts());
    }

    @Test
    void jobMigratesWithoutDeadlineAndGetsNoRequests() {
        Manifests manifests = Manifests.rendered("overlays/migration-job");
        V1Job job = manifests.one("Job", "parley-migrate", V1Job.class);
        V1PodSpec pod = job.getSpec().getTemplate().getSpec();
        V1Container migration = pod.getContainers().getFirst();
        Map<String, String> labels = job.getSpec().getTemplate().getMetadata().getLabels();

        assertThat(migration.getArgs()).containsExactly("migrate");
        assertThat(migration.getImage()).isEqualTo(container(manifests).getImage());
        assertThat(migration.getSecurityContext())
                .isEqualTo(container(manifests).getSecurityContext());
        assertThat(pod.getSecurityContext()).isEqualTo(pod(manifests).getSecurityContext());
        assertThat(job.getSpec().getActiveDeadlineSeconds()).isNull();
        assertThat(pod.getActiveDeadlineSeconds()).isNull();
        assertThat(manifests.all("Service", V1Service.class))
                .allSatisfy(service ->
                        assertThat(labels.entrySet())
                                .doesNotContainAnyElementsOf(
                                        service.getSpec().getSelector().entrySet()));
    }

    private static V1PodSpec pod(Manifests manifests) {
        return manifests.deployment().getSpec().getTemplate().getSpec();
    }

    private static V1Container container(Manifests manifests) {
        return pod(manifests).getContainers().getFirst();
    }
}
