package dev.parley.operations.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.Manifests;
import dev.parley.turn.TurnConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The manifests keep the rules of {@link ManifestRules}, and the rules catch what breaks Parley.
 */
class ManifestsTest {

    private static final Manifests TRIAL = Manifests.rendered("overlays/trial");
    private static final Manifests MONITORING = Manifests.rendered("overlays/monitoring");

    /** A block of YAML on a page, in a list. */
    private static final Pattern YAML_BLOCK = Pattern.compile("(?s)   ```yaml\\n(.*?\\n)   ```\\n");

    private static final int INDENT = 3;

    private static final String CONTAINER = "/spec/template/spec/containers/0/";
    private static final String POD = "/spec/template/spec/";

    static List<Path> shipped() throws IOException {
        try (Stream<Path> overlays = Files.list(Path.of("k8s", "overlays"))) {
            return Stream.concat(Stream.of(Path.of("k8s", "base")), overlays).toList();
        }
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void shippedManifestsKeepTheRules(Path folder) {
        assertThat(ManifestRules.violations(Manifests.rendered(folder))).isEmpty();
    }

    /**
     * One field is changed, or removed where the last column but one is empty. {@code container:}
     * and {@code pod:} begin a field of the Deployment.
     */
    @ParameterizedTest(name = "{0} {1} = {2}")
    @CsvSource(
            delimiter = '|',
            emptyValue = "",
            textBlock =
                    """
                    # Probes: what each asks, and how long it waits
                    Deployment | container:livenessProbe/httpGet/path | /q/health/ready | The liveness probe asks /q/health/ready
                    Deployment | container:livenessProbe/httpGet/path | /q/health | The liveness probe asks /q/health,
                    Deployment | container:livenessProbe/httpGet/path | /q/health/started | The liveness probe asks /q/health/started
                    Deployment | container:livenessProbe/httpGet/port | manegement | The liveness probe asks another port
                    Deployment | container:livenessProbe/failureThreshold | 1 | restarts a process for one pause
                    Deployment | container:livenessProbe/failureThreshold | 20 | finds a frozen process after
                    Deployment | container:livenessProbe/periodSeconds | 60 | finds a frozen process after
                    Deployment | container:livenessProbe/periodSeconds | 4 | asks again while it waits
                    Deployment | container:livenessProbe/timeoutSeconds | 1 | The liveness probe does not wait
                    Deployment | container:livenessProbe/terminationGracePeriodSeconds | '' | A frozen process is killed after
                    Deployment | container:livenessProbe | '' | The liveness probe asks
                    Deployment | container:readinessProbe/httpGet/path | /q/health/live | The readiness probe asks /q/health/live
                    Deployment | container:readinessProbe/periodSeconds | 60 | in the service for
                    Deployment | container:readinessProbe/failureThreshold | 20 | in the service for
                    Deployment | container:readinessProbe/timeoutSeconds | 1 | The readiness probe does not wait
                    Deployment | container:readinessProbe | '' | The readiness probe asks
                    Deployment | container:startupProbe/httpGet/path | /q/health/live | The start-up probe asks /q/health/live
                    Deployment | container:startupProbe/httpGet/path | /q/health/ready | The start-up probe asks /q/health/ready
                    Deployment | container:startupProbe/httpGet/path | /health | The start-up probe asks /health
                    Deployment | container:startupProbe/failureThreshold | 30 | The start-up probe gives up
                    Deployment | container:startupProbe | '' | The start-up probe gives up
                    # Rollout
                    Deployment | /spec/strategy/rollingUpdate/maxSurge | 0 | A rollout takes a replica away
                    Deployment | /spec/strategy/rollingUpdate/maxUnavailable | 1 | A rollout takes a replica away
                    Deployment | /spec/replicas | 2 | A number of replicas
                    Deployment | container:lifecycle | '' | Without preStop
                    Deployment | pod:terminationGracePeriodSeconds | 30 | The pod is killed while its turns end
                    # Configuration
                    ConfigMap | /data/PARLEY_RATELIMIT_STOER | database | Nothing reads PARLEY_RATELIMIT_STOER
                    ConfigMap | /data/QUARKUS_DATASOURCE_URL | jdbc:postgresql://db/parley | Nothing reads QUARKUS_DATASOURCE_URL
                    ConfigMap | /data/QUARKUS_DATASOURCE_DB_KIND | mysql | Nothing reads QUARKUS_DATASOURCE_DB_KIND
                    ConfigMap | /data/PARLEY_MODEL_API_KEY | key | belongs into the Secret
                    ConfigMap | /data/PARLEY_RATELIMIT_STORE | '' | Each replica has rate limits of its own
                    ConfigMap | /data/PARLEY_HTTP_TRUSTED_PROXIES | 10.0.0.0/8 | lets each client claim any address
                    ConfigMap | /data/PARLEY_MODEL_BASE_URL | http://model:8000/v1 | does not let Parley out to its model
                    ConfigMap | /data/QUARKUS_HTTP_PORT | '"8081"' | The container has no port http
                    Deployment | container:env | '[{name: PARLEY_HTTP_PROXY, value: "a"}]' | Nothing reads PARLEY_HTTP_PROXY
                    Deployment | pod:initContainers | '[{name: migrate, image: "parley:old"}]' | The init container migrate has another image
                    Deployment | container:envFrom/0/configMapRef/name | barley | a ConfigMap that is not there
                    Deployment | container:envFrom/1/secretRef/name | barley | how the Secret barley is created
                    Deployment | pod:serviceAccountName | barley | The ServiceAccount barley is not there
                    # The trial's database
                    StatefulSet | container:env/1/value | postgres | POSTGRES_USER of the database is postgres
                    StatefulSet | container:env/0/value | chat | POSTGRES_DB of the database is chat
                    StatefulSet | container:env/2/valueFrom/secretKeyRef/key | PASSWORD | takes its password from another place
                    StatefulSet | container:volumeMounts/0/name | date | postgresql mounts a volume that is not there
                    Service postgresql | /spec/selector/app.kubernetes.io~1name | postgres | The Service postgresql selects the pods of 0 owners
                    Service postgresql | /spec/ports/0/port | 5433 | names no Service and port of the database
                    Service postgresql | /spec/ports/0/targetPort | sql | The Service postgresql leads to a port
                    ConfigMap | /data/QUARKUS_DATASOURCE_JDBC_URL | jdbc:postgresql://db:5432/parley | names no Service and port of the database
                    # Services and labels
                    Service | /spec/selector/app.kubernetes.io~1name | barley | The Service parley selects the pods of 0 owners
                    Service | /spec/ports/0/targetPort | htpp | The Service parley leads to a port
                    Deployment | /spec/selector/matchLabels/app.kubernetes.io~1name | barley | does not select its own pods
                    StatefulSet | /spec/template/metadata/labels/app.kubernetes.io~1name | parley | The Service parley selects the pods of 2 owners
                    Deployment | pod:topologySpreadConstraints/0/labelSelector/matchLabels/app.kubernetes.io~1name | barley | counts other pods
                    # Network
                    NetworkPolicy | /spec/egress/0 | '' | does not let Parley ask for names by UDP
                    NetworkPolicy | /spec/egress/0/ports/1 | '' | does not let Parley ask for names by TCP
                    NetworkPolicy | /spec/egress/1/ports/0 | '' | does not let Parley out to its database
                    NetworkPolicy | /spec/egress/1/ports/1 | '' | does not let Parley out to its model
                    NetworkPolicy | /spec/ingress/0 | '' | lets no client in
                    NetworkPolicy | /spec/ingress/1/from | '' | everybody in to the management port
                    NetworkPolicy | /spec/policyTypes | [Egress] | leaves a direction open
                    NetworkPolicy | /spec/podSelector/matchLabels/app.kubernetes.io~1name | barley | The NetworkPolicy selects other pods
                    # Scaling
                    HorizontalPodAutoscaler | /spec/maxReplicas | 20 | more than PostgreSQL has
                    HorizontalPodAutoscaler | /spec/minReplicas | 1 | cannot scale
                    HorizontalPodAutoscaler | /spec/maxReplicas | 2 | cannot scale
                    HorizontalPodAutoscaler | /spec/scaleTargetRef/name | barley | scales something else
                    ConfigMap | /data/QUARKUS_DATASOURCE_JDBC_MAX_SIZE | '"10"' | fill the pool
                    ConfigMap | /data/QUARKUS_DATASOURCE_JDBC_MAX_SIZE | '"20"' | more than PostgreSQL has
                    PodDisruptionBudget | /spec/minAvailable | 2 | lets no node be drained
                    PodDisruptionBudget | /spec/selector/matchLabels/app.kubernetes.io~1name | barley | protects other pods
                    # Image, ports, memory
                    Deployment | container:image | barley:latest-jvm | No page tells how the image barley:latest-jvm is built
                    Deployment | container:image | parley:latest | No page tells how the image parley:latest is built
                    Deployment | container:ports/0/containerPort | 8000 | The container has no port http
                    Deployment | container:ports/1/containerPort | 9001 | The container has no port management
                    Deployment | container:ports/1/name | managment | The container has no port management
                    Deployment | container:resources/limits/memory | 256Mi | Beside the heap
                    Deployment | container:resources/limits/memory | 4Gi | how many turns a container holds
                    Deployment | container:resources/requests/memory | 64Gi | parley requests more memory than its limit
                    Deployment | container:resources/requests/cpu | '' | parley requests more cpu than its limit
                    Deployment | container:resources/limits/memory | '' | parley requests more memory than its limit
                    Deployment | container:volumeMounts/0/mountPath | /temp | /tmp is not mounted
                    Deployment | container:volumeMounts/0 | '' | /tmp is not mounted
                    Deployment | pod:volumes/0/name | temp | mounts a volume that is not there
                    # Security
                    Deployment | pod:securityContext/runAsUser | 0 | parley may run as root
                    Deployment | pod:securityContext/runAsUser | 1000 | does not run as the user of the image
                    Deployment | pod:securityContext/runAsNonRoot | '' | parley may run as root
                    Deployment | pod:securityContext/seccompProfile | '' | may call the whole kernel
                    Deployment | pod:automountServiceAccountToken | '' | token of the API server
                    Deployment | container:securityContext/readOnlyRootFilesystem | false | may write to its root
                    Deployment | container:securityContext/allowPrivilegeEscalation | '' | keeps privileges
                    Deployment | container:securityContext/capabilities | '' | keeps privileges
                    StatefulSet | pod:securityContext/runAsUser | 0 | postgresql may run as root
                    """)
    void mistakeIsCaught(String object, String field, String value, String violation) {
        assertThat(ManifestRules.violations(trialWith(object, field, value)))
                .anySatisfy(found -> assertThat(found).contains(violation));
    }

    @ParameterizedTest(name = "{0} = {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    /spec/endpoints/0/port | http | selects no Service
                    /spec/endpoints/0/path | /metrics | asks where no metrics are
                    /spec/selector/matchLabels/parley.dev~1port | http | selects no Service
                    """)
    void mistakeOfMonitoringIsCaught(String field, String value, String violation) {
        Manifests changed = MONITORING.with("ServiceMonitor", "parley", field, value);

        assertThat(ManifestRules.violations(changed))
                .singleElement()
                .satisfies(found -> assertThat(found).contains(violation));
    }

    @Test
    void autoscalerThatWaitsUntilReplicasRefuseIsCaught() {
        Manifests changed =
                MONITORING.with(
                        "HorizontalPodAutoscaler",
                        "parley",
                        "/spec/metrics/0/pods/target/averageValue",
                        "2000");

        assertThat(ManifestRules.violations(changed))
                .singleElement()
                .satisfies(found -> assertThat(found).contains("Replicas refuse turns"));
    }

    private static Manifests trialWith(String object, String field, String value) {
        String kind = object.replaceFirst(" .*", "");
        String name =
                switch (object) {
                    case "StatefulSet", "Service postgresql" -> "postgresql";
                    case "ConfigMap" -> TRIAL.configMap();
                    default -> "parley";
                };
        return TRIAL.with(
                kind, name, field.replace("container:", CONTAINER).replace("pod:", POD), value);
    }

    /** A new name for a changed ConfigMap changes the template of the pods, which rolls them. */
    @Test
    void changedSettingRollsThePods(@TempDir Path folder) throws Exception {
        JsonNode before = podTemplate(Manifests.rendered("base"));
        copyManifests(folder);
        Files.writeString(
                folder.resolve("base/parley.env"),
                "\nPARLEY_AGENT_TIMEOUT=30s\n",
                StandardOpenOption.APPEND);

        Manifests after = Manifests.rendered(folder.resolve("base"));

        assertThat(ManifestRules.violations(after)).isEmpty();
        assertThat(podTemplate(after)).isNotEqualTo(before);
    }

    /** The overlay that docs/operations.md shows, as its reader writes it. */
    @Test
    void overlayOfThePageKeepsTheRules(@TempDir Path folder) throws Exception {
        copyManifests(folder);
        Matcher overlay = YAML_BLOCK.matcher(Files.readString(Path.of("docs", "operations.md")));
        assertThat(overlay.find()).isTrue();
        Files.writeString(
                Files.createDirectories(folder.resolve("overlays/mine"))
                        .resolve("kustomization.yaml"),
                overlay.group(1).indent(-INDENT));

        Manifests mine = Manifests.rendered(folder.resolve("overlays/mine"));

        assertThat(mine.json("ConfigMap", mine.configMap()).path("data").toString())
                .contains("db.example.org", "http://model.models.svc:8000/v1", "database");
        // The image is elsewhere, as the page says
        assertThat(ManifestRules.violations(mine))
                .singleElement()
                .asString()
                .contains("registry.example.org/chat/parley:1.2.3-jvm");
    }

    private static JsonNode podTemplate(Manifests manifests) {
        return manifests.json("Deployment", "parley").at("/spec/template");
    }

    private static void copyManifests(Path folder) throws IOException {
        Path k8s = Path.of("k8s");
        try (Stream<Path> files = Files.walk(k8s)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = folder.resolve(k8s.relativize(file));
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }

    /** Probes come from outside of the container; elsewhere the port is nobody else's business. */
    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile.jvm", "Dockerfile.native"})
    void managementPortIsOpenInImagesOnly(String image) throws Exception {
        assertThat(Files.readString(Path.of("src/main/docker", image)))
                .contains("ENV QUARKUS_MANAGEMENT_HOST=0.0.0.0");
        assertThat(Defaults.text("quarkus.management.host")).isEqualTo("127.0.0.1");
    }

    @Test
    void turnsMayDrainWhileRequestsAreAwaited() {
        assertThat(Defaults.duration(TurnConfig.class, "drainTimeout"))
                .isLessThan(
                        Defaults.duration("quarkus.shutdown.timeout")
                                .plus(Defaults.duration("%prod.quarkus.shutdown.delay")));
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

        assertThat(seconds(unit, "TimeoutStopSec=")).isGreaterThan(Defaults.longestStop());
        assertThat(seconds(compose, "stop_grace_period: ")).isGreaterThan(Defaults.longestStop());
        assertThat(seconds(unit, "WatchdogSec=")).isGreaterThan(longestLook());
        assertThat(compose).contains("${POSTGRES_PASSWORD:?");
    }

    /** Until the watchdog tells systemd again that it lives: it looks, writes down, and kills. */
    private static Duration longestLook() throws IOException {
        String watchdog = Files.readString(Path.of("src/host/watchdog"));
        return seconds(watchdog, "every=${WATCHDOG_EVERY:-")
                .plus(seconds(watchdog, "timeout=${WATCHDOG_TIMEOUT:-"))
                .multipliedBy(seconds(watchdog, "failures=${WATCHDOG_FAILURES:-").toSeconds())
                .plusSeconds(30 + 10);
    }

    /** A process that waits for its database ends by itself and says so, before it is killed. */
    @Test
    void everySupervisorWaitsForTheDatabase() throws IOException {
        Duration needed = Defaults.longestStart();
        Duration watchdog =
                seconds(
                        Files.readString(Path.of("src/host/watchdog")),
                        "startup=${WATCHDOG_STARTUP:-");
        String unit = Files.readString(Path.of("src/host/parley.service"));

        assertThat(watchdog).isGreaterThanOrEqualTo(needed);
        // A first start that fails, what it was doing written down, and a second
        assertThat(seconds(unit, "TimeoutStartSec="))
                .isGreaterThan(watchdog.multipliedBy(2).plusSeconds(45));
        for (String image : new String[] {"Dockerfile.jvm", "Dockerfile.native"}) {
            assertThat(
                            seconds(
                                    Files.readString(Path.of("src/main/docker", image)),
                                    "--start-period="))
                    .as(image)
                    .isGreaterThanOrEqualTo(needed);
        }
    }

    private static Duration seconds(String text, String before) {
        String rest = text.substring(text.indexOf(before) + before.length());
        return Duration.ofSeconds(Long.parseLong(rest.replaceAll("(?s)[^0-9].*", "")));
    }
}
