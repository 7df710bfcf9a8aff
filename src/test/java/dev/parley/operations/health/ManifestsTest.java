package dev.parley.operations.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.testing.Manifests;
import dev.parley.turn.TurnConfig;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1ContainerPort;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.openapi.models.V1Probe;
import io.kubernetes.client.openapi.models.V1SecurityContext;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.WithDefault;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no parser sees in the manifests, and Kubernetes does not complain about. */
// What is missing in a manifest fails as it should, as a null
@SuppressWarnings("NullAway")
class ManifestsTest {

    private static final Duration TO_WRITE_DOWN = Duration.ofSeconds(5);

    /** A network of clients that is trusted lets each client claim any address. */
    @ParameterizedTest
    @ValueSource(strings = {"base", "overlays/trial", "overlays/monitoring", "overlays/native"})
    void noProxyIsTrustedUnlessNamed(String folder) throws Exception {
        assertThat(
                        Manifests.rendered(folder)
                                .one("ConfigMap", "parley", V1ConfigMap.class)
                                .getData())
                .containsEntry("PARLEY_RATELIMIT_STORE", "database")
                .doesNotContainKey("PARLEY_HTTP_TRUSTED_PROXIES");
    }

    /** Probes come from outside of the container; elsewhere the port is nobody else's business. */
    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile.jvm", "Dockerfile.native"})
    void managementPortIsOpenInImagesOnly(String image) throws Exception {
        assertThat(Files.readString(Path.of("src/main/docker", image)))
                .contains("ENV QUARKUS_MANAGEMENT_HOST=0.0.0.0");
        Properties shipped = new Properties();
        try (Reader file =
                Files.newBufferedReader(Path.of("src/main/resources/application.properties"))) {
            shipped.load(file);
        }
        assertThat(shipped.getProperty("quarkus.management.host")).isEqualTo("127.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"base", "overlays/trial", "overlays/monitoring", "overlays/native"})
    void manifestsHoldTogether(String folder) throws Exception {
        Manifests manifests = Manifests.rendered(folder);
        V1PodSpec pod = manifests.deployment().getSpec().getTemplate().getSpec();
        V1Container parley = pod.getContainers().getFirst();
        Map<String, String> labels =
                manifests.deployment().getSpec().getTemplate().getMetadata().getLabels();
        Set<String> ports = names(parley);

        // A liveness probe on a mistyped port name silently never fires
        assertThat(probes(parley)).hasSize(3);
        assertThat(probes(parley))
                .allSatisfy(probe ->
                        assertThat(probe.getHttpGet().getPort().getStrValue())
                                .isEqualTo("management"));
        assertThat(ports).containsExactlyInAnyOrder("http", "management");
        assertThat(manifests.all("Service", V1Service.class))
                .filteredOn(service -> !service.getMetadata().getName().equals("postgresql"))
                .hasSize(2)
                .allSatisfy(service -> {
                    assertThat(labels).containsAllEntriesOf(service.getSpec().getSelector());
                    assertThat(service.getSpec().getPorts())
                            .allSatisfy(port ->
                                    assertThat(ports).contains(port.getTargetPort().getStrValue()));
                });
        assertThat(labels)
                .containsAllEntriesOf(
                        manifests.deployment().getSpec().getSelector().getMatchLabels());
        V1NetworkPolicy policy = manifests.one("NetworkPolicy", "parley", V1NetworkPolicy.class);
        assertThat(labels).containsAllEntriesOf(policy.getSpec().getPodSelector().getMatchLabels());
        assertThat(policy.getSpec().getIngress())
                .allSatisfy(rule ->
                        assertThat(rule.getPorts())
                                .allSatisfy(port ->
                                        assertThat(ports).contains(port.getPort().getStrValue())));
        assertThat(pod.getTopologySpreadConstraints())
                .allSatisfy(spread ->
                        assertThat(labels)
                                .containsAllEntriesOf(spread.getLabelSelector().getMatchLabels()));

        assertThat(manifests.has("ServiceAccount", pod.getServiceAccountName())).isTrue();
        assertThat(parley.getEnvFrom().getFirst().getConfigMapRef().getName())
                .satisfies(name -> assertThat(manifests.has("ConfigMap", name)).isTrue());
        assertThat(Files.readString(Path.of("README.md")))
                .contains(
                        "create secret generic "
                                + parley.getEnvFrom().get(1).getSecretRef().getName());
        mountsExist(pod, parley);
        isRestricted(pod, parley);
        staysWithinItsBudgets(manifests);
        isGivenTheTimeThatTheCodeTakes(pod, parley);
    }

    private static void mountsExist(V1PodSpec pod, V1Container parley) {
        Set<String> volumes =
                pod.getVolumes().stream()
                        .map(volume -> volume.getName())
                        .collect(Collectors.toSet());
        assertThat(parley.getVolumeMounts())
                .allSatisfy(mount -> assertThat(volumes).contains(mount.getName()));
    }

    private static void isRestricted(V1PodSpec pod, V1Container parley) {
        V1SecurityContext security = parley.getSecurityContext();
        assertThat(security.getAllowPrivilegeEscalation()).isFalse();
        assertThat(security.getReadOnlyRootFilesystem()).isTrue();
        assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSecurityContext().getSeccompProfile().getType())
                .isEqualTo("RuntimeDefault");
        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        assertThat(parley.getResources().getLimits()).containsKeys("cpu", "memory");
        assertThat(parley.getResources().getRequests()).containsKeys("cpu", "memory");
    }

    private static void staysWithinItsBudgets(Manifests manifests) {
        V2HorizontalPodAutoscaler scaler =
                manifests.one("HorizontalPodAutoscaler", "parley", V2HorizontalPodAutoscaler.class);
        V1PodDisruptionBudget budget =
                manifests.one("PodDisruptionBudget", "parley", V1PodDisruptionBudget.class);

        assertThat(manifests.deployment().getSpec().getReplicas()).isNull();
        assertThat(budget.getSpec().getMinAvailable().getIntValue())
                .isLessThan(scaler.getSpec().getMinReplicas());
        assertThat(manifests.deployment().getSpec().getTemplate().getMetadata().getLabels())
                .containsAllEntriesOf(budget.getSpec().getSelector().getMatchLabels());
        assertThat(scaler.getSpec().getScaleTargetRef().getName())
                .isEqualTo(manifests.deployment().getMetadata().getName());
        assertThat(scaler.getSpec().getScaleTargetRef().getKind()).isEqualTo("Deployment");
    }

    private static void isGivenTheTimeThatTheCodeTakes(V1PodSpec pod, V1Container parley)
            throws Exception {
        V1Probe live = parley.getLivenessProbe();
        assertThat(seconds(live.getTimeoutSeconds()))
                .isGreaterThan(standard(HealthConfig.class, "livenessTimeout"));
        assertThat(seconds(live.getPeriodSeconds()))
                .isGreaterThan(seconds(live.getTimeoutSeconds()));
        assertThat(
                        live.getPeriodSeconds() * live.getFailureThreshold()
                                + live.getTimeoutSeconds()
                                + live.getTerminationGracePeriodSeconds())
                .as("seconds until a frozen process is restarted")
                .isLessThanOrEqualTo(45);
        V1Probe ready = parley.getReadinessProbe();
        assertThat(seconds(ready.getTimeoutSeconds()))
                .isGreaterThan(standard(HealthConfig.class, "readinessTimeout"));
        Duration needed =
                seconds(parley.getLifecycle().getPreStop().getSleep().getSeconds())
                        .plus(setting("%prod.quarkus.shutdown.delay"))
                        .plus(setting("quarkus.shutdown.timeout"))
                        .plus(standard(TurnConfig.class, "interruptGrace"))
                        .plus(TO_WRITE_DOWN);
        assertThat(seconds(pod.getTerminationGracePeriodSeconds())).isGreaterThan(needed);
        assertThat(standard(TurnConfig.class, "drainTimeout"))
                .isLessThan(
                        setting("quarkus.shutdown.timeout")
                                .plus(setting("%prod.quarkus.shutdown.delay")));
    }

    @Test
    void prometheusSeesThePods() {
        Manifests manifests = Manifests.rendered("overlays/monitoring");
        Map<String, Object> monitor =
                Manifests.map(manifests.custom("ServiceMonitor").getFirst().get("spec"));
        Map<String, Object> wanted =
                Manifests.map(Manifests.map(monitor.get("selector")).get("matchLabels"));
        List<V1Service> found =
                manifests.all("Service", V1Service.class).stream()
                        .filter(service ->
                                service.getMetadata()
                                        .getLabels()
                                        .entrySet()
                                        .containsAll(wanted.entrySet()))
                        .toList();

        assertThat(found).hasSize(1);
        Map<String, Object> endpoint =
                Manifests.map(((List<?>) monitor.get("endpoints")).getFirst());
        assertThat(found.getFirst().getSpec().getPorts())
                .anyMatch(port -> port.getName().equals(endpoint.get("port")));
        assertThat(endpoint.get("path")).isEqualTo("/q/metrics");
    }

    /** The parser itself: it would be no use if it let these through. */
    @Test
    void refusesManifestsThatAreWrong() {
        String fine = "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: parley\n";

        Manifests.parsed(fine);
        assertThatThrownBy(() -> Manifests.parsed(fine + "kind: Service\n"))
                .hasMessageContaining("duplicate key");
        assertThatThrownBy(() -> Manifests.parsed(fine + "automountServiceAccounToken: false\n"))
                .hasMessageContaining("automountServiceAccounToken");
        assertThatThrownBy(() -> Manifests.parsed(fine.replace("ServiceAccount", "Sevice")))
                .hasMessageContaining("Sevice");
    }

    /** The other ways to run it have numbers of their own, for the same times. */
    @Test
    void manifestsAgreeWithSystemdAndCompose() throws IOException {
        String unit = Files.readString(Path.of("src/host/parley.service"));
        String compose = Files.readString(Path.of("src/host/compose.yaml"));
        Duration needed =
                setting("%prod.quarkus.shutdown.delay")
                        .plus(setting("quarkus.shutdown.timeout"))
                        .plus(Duration.ofSeconds(15));

        assertThat(number(unit, "TimeoutStopSec=")).isGreaterThan(needed.toSeconds());
        assertThat(number(compose, "stop_grace_period: ")).isGreaterThan(needed.toSeconds());
        assertThat(number(unit, "TimeoutStartSec=")).isGreaterThan(2 * 120 + 45);
        assertThat(number(unit, "WatchdogSec=")).isGreaterThan(2 * 30 + 30 + 10);
        assertThat(compose).contains("${POSTGRES_PASSWORD:?");
    }

    private static long number(String text, String before) {
        String rest = text.substring(text.indexOf(before) + before.length());
        return Long.parseLong(rest.replaceAll("(?s)[^0-9].*", ""));
    }

    private static List<V1Probe> probes(V1Container container) {
        return Stream.of(
                        container.getStartupProbe(),
                        container.getLivenessProbe(),
                        container.getReadinessProbe())
                .filter(Objects::nonNull)
                .toList();
    }

    private static Set<String> names(V1Container container) {
        return container.getPorts().stream()
                .map(V1ContainerPort::getName)
                .collect(Collectors.toSet());
    }

    private static Duration seconds(Number seconds) {
        return Duration.ofSeconds(seconds.longValue());
    }

    private static Duration standard(Class<?> config, String setting) throws Exception {
        return DurationConverter.parseDuration(
                config.getDeclaredMethod(setting).getAnnotation(WithDefault.class).value());
    }

    private static Duration setting(String name) {
        Properties settings = new Properties();
        try (var file =
                Files.newBufferedReader(Path.of("src/main/resources/application.properties"))) {
            settings.load(file);
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
        return DurationConverter.parseDuration(settings.getProperty(name));
    }
}
