package dev.parley.operations.health;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.google.errorprone.annotations.FormatMethod;
import dev.parley.testing.Manifests;
import dev.parley.turn.memory.TurnMemory;
import io.kubernetes.client.custom.Quantity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What no parser sees in the manifests, and Kubernetes does not complain about. Each rule compares
 * a manifest with what Parley does, reads or needs.
 */
final class ManifestRules {

    private static final String SECRET_KEY = "QUARKUS_DATASOURCE_PASSWORD";

    /** Until a frozen process is found; the kill comes on top (guarantee G7). */
    private static final Duration FROZEN_FOR = Duration.ofSeconds(40);

    private static final Duration KILL = Duration.ofSeconds(10);

    /** How long a replica that cannot serve may still be sent requests. */
    private static final Duration UNREADY_FOR = Duration.ofSeconds(15);

    /** Beside the heap: classes, compiled code, stacks and buffers of a JVM. */
    private static final long BESIDE_HEAP = 256L << 20;

    /** Bytes of the history for which the page says how many turns a container holds. */
    private static final long HISTORY = 100 << 10;

    /** PostgreSQL's default of 100, without the three for superusers. */
    private static final int CONNECTIONS_OF_POSTGRESQL = 97;

    /** A replica's connections beside its pool: heartbeat and messages; readiness. */
    private static final int CONNECTIONS_BESIDE_POOL = 2;

    private static final int HTTPS = 443;

    private static final Pattern JDBC_URL =
            Pattern.compile("jdbc:postgresql://([^:/]+):(\\d+)/(\\w+)");
    private static final Pattern HEAP_PERCENTAGE =
            Pattern.compile("(?:MaxRAMPercentage|MaximumHeapSizePercent)=(\\d+)");
    private static final Pattern USER = Pattern.compile("(?m)^USER (\\d+):(\\d+)$");

    private final Manifests manifests;
    private final JsonNode deployment;
    private final JsonNode template;
    private final JsonNode container;
    private final JsonNode configMap;
    private final List<String> violations = new ArrayList<>();

    private ManifestRules(Manifests manifests) {
        this.manifests = manifests;
        this.deployment = manifests.json("Deployment", "parley");
        this.template = deployment.at("/spec/template");
        this.container = template.at("/spec/containers/0");
        this.configMap =
                manifests.json("ConfigMap", container.at("/envFrom/0/configMapRef/name").asText());
    }

    /** What is wrong, in words; empty for manifests that are fine. */
    static List<String> violations(Manifests manifests) {
        ManifestRules rules = new ManifestRules(manifests);
        rules.probes();
        rules.rollout();
        rules.configuration();
        rules.database();
        rules.image();
        rules.ports();
        rules.services();
        rules.network();
        rules.scaling();
        rules.monitoring();
        Stream.of("Deployment", "StatefulSet", "Job")
                .flatMap(kind -> manifests.json(kind).stream())
                .forEach(rules::restriction);
        return rules.violations;
    }

    @FormatMethod
    private void require(boolean holds, String violation, Object... arguments) {
        if (!holds) {
            violations.add(violation.formatted(arguments));
        }
    }

    private void probes() {
        JsonNode startup = container.path("startupProbe");
        JsonNode liveness = container.path("livenessProbe");
        JsonNode readiness = container.path("readinessProbe");

        asks(startup, "start-up", 200, 200);
        asks(liveness, "liveness", 200, 503);
        asks(readiness, "readiness", 503, 200);

        require(
                // The first look may come at once
                seconds(startup, "periodSeconds")
                                .multipliedBy(startup.path("failureThreshold").asInt() - 1L)
                                .compareTo(Defaults.longestStart())
                        >= 0,
                "The start-up probe gives up before a process that waits for its database: %s are"
                        + " needed",
                Defaults.longestStart());

        require(
                liveness.path("failureThreshold").asInt() > 1,
                "The liveness probe restarts a process for one pause");
        require(
                longest(liveness).compareTo(FROZEN_FOR) <= 0,
                "The liveness probe finds a frozen process after %s only",
                longest(liveness));
        Duration grace = seconds(liveness, "terminationGracePeriodSeconds");
        require(
                grace.isPositive() && grace.compareTo(KILL) <= 0,
                "A frozen process is killed after terminationGracePeriodSeconds of the pod, not of"
                        + " the liveness probe");
        require(
                seconds(liveness, "timeoutSeconds")
                                .compareTo(Defaults.duration(HealthConfig.class, "livenessTimeout"))
                        > 0,
                "The liveness probe does not wait for an answer that says what is frozen");
        require(
                seconds(liveness, "periodSeconds").compareTo(seconds(liveness, "timeoutSeconds"))
                        > 0,
                "The liveness probe asks again while it waits");

        require(
                longest(readiness).compareTo(UNREADY_FOR) <= 0,
                "The readiness probe leaves a replica that cannot serve in the service for %s",
                longest(readiness));
        require(
                seconds(readiness, "timeoutSeconds")
                                .compareTo(
                                        Defaults.duration(HealthConfig.class, "readinessTimeout"))
                        > 0,
                "The readiness probe does not wait for an answer about the database");
    }

    private void asks(JsonNode probe, String purpose, int withoutDatabase, int frozen) {
        String path = probe.at("/httpGet/path").asText();
        require(
                probe.at("/httpGet/port").asText().equals("management"),
                "The %s probe asks another port than the management port",
                purpose);
        require(
                HealthPath.of(path)
                        .filter(known ->
                                known.withoutDatabase == withoutDatabase && known.frozen == frozen)
                        .isPresent(),
                "The %s probe asks %s, which does not answer %d without a database and %d in a"
                        + " frozen process",
                purpose,
                path,
                withoutDatabase,
                frozen);
    }

    /** Until the last of the failures that a probe waits for. */
    private static Duration longest(JsonNode probe) {
        return seconds(probe, "periodSeconds")
                .multipliedBy(probe.path("failureThreshold").asLong())
                .plus(seconds(probe, "timeoutSeconds"));
    }

    private void rollout() {
        JsonNode rolling = deployment.at("/spec/strategy/rollingUpdate");
        require(
                rolling.path("maxUnavailable").asText().equals("0")
                        && !rolling.path("maxSurge").asText("0").matches("0%?"),
                "A rollout takes a replica away before another is ready");
        Duration sleep =
                Duration.ofSeconds(container.at("/lifecycle/preStop/sleep/seconds").asLong());
        require(
                sleep.isPositive(),
                "Without preStop, requests are sent to a replica that has begun to stop");
        require(
                seconds(template.path("spec"), "terminationGracePeriodSeconds")
                                .compareTo(sleep.plus(Defaults.longestStop()))
                        > 0,
                "The pod is killed while its turns end: terminationGracePeriodSeconds needs more"
                        + " than %s",
                sleep.plus(Defaults.longestStop()));
        require(
                deployment.at("/spec/replicas").isMissingNode(),
                "A number of replicas undoes the autoscaler's with each apply");
    }

    private void configuration() {
        require(configMap.isObject(), "The Deployment names a ConfigMap that is not there");
        Set<String> known = EnvironmentVariables.known();
        configMap
                .path("data")
                .fieldNames()
                .forEachRemaining(key -> {
                    require(known.contains(key), "Nothing reads %s of the ConfigMap", key);
                    require(
                            !key.matches(".*(PASSWORD|API_KEY|SECRET).*"),
                            "%s belongs into the Secret",
                            key);
                });
        require(
                setting("PARLEY_RATELIMIT_STORE").equals("database"),
                "Each replica has rate limits of its own");
        require(
                setting("PARLEY_HTTP_TRUSTED_PROXIES").isEmpty(),
                "A network of clients that is trusted lets each client claim any address");
        elements(container.path("env"))
                .map(variable -> variable.path("name").asText())
                .forEach(name -> require(known.contains(name), "Nothing reads %s", name));
        elements(template.at("/spec/initContainers"))
                .forEach(init ->
                        require(
                                init.path("image").equals(container.path("image"))
                                        && init.path("envFrom").equals(container.path("envFrom")),
                                "The init container %s has another image or other settings than"
                                        + " Parley",
                                init.path("name").asText()));
        String secret = container.at("/envFrom/1/secretRef/name").asText();
        for (String page : List.of("README.md", "docs/operations.md")) {
            require(
                    read(page)
                            .matches(
                                    "(?s).*create secret generic %s [^\\n]*--from-literal=%s=.*"
                                            .formatted(secret, SECRET_KEY)),
                    "%s does not tell how the Secret %s is created",
                    page,
                    secret);
        }
        String account = template.at("/spec/serviceAccountName").asText();
        require(
                manifests.has("ServiceAccount", account),
                "The ServiceAccount %s is not there",
                account);
    }

    private String setting(String key) {
        return configMap.path("data").path(key).asText();
    }

    /** The database of an overlay is the one that Parley is told. */
    private void database() {
        Matcher url = JDBC_URL.matcher(setting("QUARKUS_DATASOURCE_JDBC_URL"));
        if (!url.matches()) {
            require(false, "QUARKUS_DATASOURCE_JDBC_URL is no address of a PostgreSQL");
            return;
        }
        require(
                allowsEgress("TCP", Integer.parseInt(url.group(2))),
                "The NetworkPolicy does not let Parley out to its database");
        JsonNode own = manifests.json("StatefulSet", "postgresql");
        if (own.isMissingNode()) {
            return;
        }
        JsonNode service = manifests.json("Service", url.group(1));
        require(
                StreamSupport.stream(service.at("/spec/ports").spliterator(), false)
                        .anyMatch(port -> port.path("port").asText().equals(url.group(2))),
                "QUARKUS_DATASOURCE_JDBC_URL names no Service and port of the database");
        requireVariable(own, "POSTGRES_DB", url.group(3));
        requireVariable(own, "POSTGRES_USER", setting("QUARKUS_DATASOURCE_USERNAME"));
        JsonNode password = variable(own, "POSTGRES_PASSWORD").at("/valueFrom/secretKeyRef");
        require(
                password.path("key").asText().equals(SECRET_KEY)
                        && password.path("name").equals(container.at("/envFrom/1/secretRef/name")),
                "The database takes its password from another place than Parley");
    }

    private void requireVariable(JsonNode owner, String name, String value) {
        String actual = variable(owner, name).path("value").asText();
        require(
                actual.equals(value),
                "%s of the database is %s, but Parley asks for %s",
                name,
                actual,
                value);
    }

    private static JsonNode variable(JsonNode owner, String name) {
        return elements(owner.at("/spec/template/spec/containers/0/env"))
                .filter(variable -> variable.path("name").asText().equals(name))
                .findFirst()
                .orElse(MissingNode.getInstance());
    }

    /** The image's name, its user, and its memory, as the image files and the pages have them. */
    private void image() {
        String name = container.path("image").asText();
        String kind = name.replaceFirst(".*latest-", "");
        require(
                read("docs/operations.md")
                                .contains(
                                        "-f src/main/docker/Dockerfile.%s -t parley:latest-%s"
                                                .formatted(kind, kind))
                        && name.equals("parley:latest-" + kind),
                "No page tells how the image %s is built",
                name);
        Path file = Path.of("src/main/docker", "Dockerfile." + kind);
        if (!Files.exists(file)) {
            return;
        }
        String image = read(file.toString());
        JsonNode identity = template.at("/spec/securityContext");
        require(
                USER.matcher(image)
                        .results()
                        .allMatch(user ->
                                user.group(1).equals(identity.path("runAsUser").asText())
                                        && user.group(2)
                                                .equals(identity.path("runAsGroup").asText())),
                "The pod does not run as the user of the image");
        require(
                elements(container.path("volumeMounts"))
                        .anyMatch(mount -> mount.path("mountPath").asText().equals("/tmp")),
                "Nothing is writable: /tmp is not mounted");
        memory(image);
    }

    /**
     * The heap is a share of the container's memory, and the turns in flight take half of the heap;
     * the page says how many that are.
     */
    private void memory(String image) {
        require(
                !image.contains("java\", \"-jar\"") || image.contains("-XX:+UseG1GC"),
                "The JVM chooses its collector by the container's size");
        Matcher heap = HEAP_PERCENTAGE.matcher(image);
        if (!heap.find()) {
            require(false, "The image leaves the size of the heap open");
            return;
        }
        long limit = quantity(container.at("/resources/limits/memory")).longValue();
        long beside = limit * (100 - Long.parseLong(heap.group(1))) / 100;
        require(
                beside >= BESIDE_HEAP,
                "Beside the heap, %s%% of the limit, only %d MiB are left",
                heap.group(1),
                beside >> 20);
        long forTurns = (limit - beside) / 2;
        String row =
                "%d GiB | %s %% | %,d | %,d |"
                        .formatted(
                                limit >> 30,
                                heap.group(1),
                                forTurns / TurnMemory.FIXED_SHARE / 100 * 100,
                                forTurns / (TurnMemory.FIXED_SHARE + HISTORY) / 100 * 100);
        require(
                read("docs/operations.md").contains(row),
                "docs/operations.md does not say how many turns a container holds: %s",
                row);
    }

    private void ports() {
        listens("http", "QUARKUS_HTTP_PORT", "quarkus.http.port");
        listens("management", "QUARKUS_MANAGEMENT_PORT", "quarkus.management.port");
    }

    private void listens(String name, String variable, String key) {
        String port = setting(variable).isEmpty() ? Defaults.text(key) : setting(variable);
        require(
                elements(container.path("ports"))
                        .anyMatch(candidate ->
                                candidate.path("name").asText().equals(name)
                                        && candidate.path("containerPort").asText().equals(port)),
                "The container has no port %s with the number on which Parley listens, %s",
                name,
                port);
    }

    private void services() {
        require(
                contains(template, deployment.at("/spec/selector/matchLabels")),
                "The Deployment does not select its own pods");
        elements(template.at("/spec/topologySpreadConstraints"))
                .forEach(spread ->
                        require(
                                contains(template, spread.at("/labelSelector/matchLabels")),
                                "A topologySpreadConstraint counts other pods"));
        List<JsonNode> owners =
                Stream.of("Deployment", "StatefulSet", "Job")
                        .flatMap(kind -> manifests.json(kind).stream())
                        .toList();
        for (JsonNode service : manifests.json("Service")) {
            String name = service.at("/metadata/name").asText();
            List<JsonNode> selected =
                    owners.stream()
                            .map(owner -> owner.at("/spec/template"))
                            .filter(pod -> contains(pod, service.at("/spec/selector")))
                            .toList();
            require(
                    selected.size() == 1,
                    "The Service %s selects the pods of %d owners",
                    name,
                    selected.size());
            Set<String> ports = new HashSet<>();
            selected.forEach(pod ->
                    elements(pod.at("/spec/containers/0/ports"))
                            .forEach(port -> ports.add(port.path("name").asText())));
            elements(service.at("/spec/ports"))
                    .forEach(port ->
                            require(
                                    ports.contains(port.path("targetPort").asText()),
                                    "The Service %s leads to a port that no container has",
                                    name));
        }
        require(
                manifests.has("Service", "parley") && manifests.has("Service", "parley-management"),
                "A Service of Parley is missing");
    }

    private void network() {
        JsonNode policy = manifests.json("NetworkPolicy", "parley").path("spec");
        require(
                contains(template, policy.at("/podSelector/matchLabels")),
                "The NetworkPolicy selects other pods");
        require(
                policy.path("policyTypes").toString().equals("[\"Ingress\",\"Egress\"]"),
                "The NetworkPolicy leaves a direction open");
        for (String protocol : List.of("UDP", "TCP")) {
            require(
                    allowsEgress(protocol, 53),
                    "The NetworkPolicy does not let Parley ask for names by %s",
                    protocol);
        }
        require(
                allowsEgress("TCP", modelPort()),
                "The NetworkPolicy does not let Parley out to its model");
        require(
                elements(policy.path("ingress"))
                        .anyMatch(rule -> hasPort(rule, "TCP", "http") && !rule.has("from")),
                "The NetworkPolicy lets no client in");
        require(
                elements(policy.path("ingress"))
                        .filter(rule -> hasPort(rule, "TCP", "management"))
                        .allMatch(rule -> rule.has("from")),
                "The NetworkPolicy lets everybody in to the management port");
    }

    private int modelPort() {
        int port = URI.create(setting("PARLEY_MODEL_BASE_URL")).getPort();
        return port < 0 ? HTTPS : port;
    }

    private boolean allowsEgress(String protocol, int port) {
        return elements(manifests.json("NetworkPolicy", "parley").at("/spec/egress"))
                .anyMatch(rule -> hasPort(rule, protocol, Integer.toString(port)));
    }

    private static boolean hasPort(JsonNode rule, String protocol, String port) {
        return elements(rule.path("ports"))
                .anyMatch(allowed ->
                        allowed.path("port").asText().equals(port)
                                && allowed.path("protocol").asText("TCP").equals(protocol));
    }

    private int poolSize() {
        String size = setting("QUARKUS_DATASOURCE_JDBC_MAX_SIZE");
        return size.isEmpty()
                ? Defaults.number("quarkus.datasource.jdbc.max-size")
                : Integer.parseInt(size);
    }

    private void scaling() {
        JsonNode scaler = manifests.json("HorizontalPodAutoscaler", "parley").path("spec");
        int least = scaler.path("minReplicas").asInt();
        int most = scaler.path("maxReplicas").asInt();
        require(
                scaler.at("/scaleTargetRef/kind").asText().equals("Deployment")
                        && scaler.at("/scaleTargetRef/name").asText().equals("parley"),
                "The HorizontalPodAutoscaler scales something else");
        require(least >= 2 && most > least, "The HorizontalPodAutoscaler cannot scale");
        elements(scaler.path("metrics"))
                .map(metric -> metric.path("pods"))
                .filter(metric -> !metric.isMissingNode())
                .forEach(metric ->
                        require(
                                metric.at("/metric/name")
                                                .asText()
                                                .equals("parley_turns_utilization")
                                        && quantity(metric.at("/target/averageValue"))
                                                        .compareTo(BigDecimal.ONE)
                                                < 0,
                                "Replicas refuse turns before there are more of them"));
        require(
                !setting("PARLEY_RATELIMIT_STORE").equals("database")
                        || poolSize() > Defaults.claimedConnections(),
                "Turns, tools and rate limits fill the pool");
        int surge = deployment.at("/spec/strategy/rollingUpdate/maxSurge").asInt();
        int connections = (most + surge) * (poolSize() + CONNECTIONS_BESIDE_POOL);
        require(
                connections <= CONNECTIONS_OF_POSTGRESQL,
                "All replicas together want %d connections, more than PostgreSQL has",
                connections);
        JsonNode budget = manifests.json("PodDisruptionBudget", "parley").path("spec");
        require(
                budget.path("minAvailable").asInt(least) < least,
                "The PodDisruptionBudget lets no node be drained");
        require(
                contains(template, budget.at("/selector/matchLabels")),
                "The PodDisruptionBudget protects other pods");
    }

    private void monitoring() {
        for (JsonNode monitor : manifests.json("ServiceMonitor")) {
            JsonNode endpoint = monitor.at("/spec/endpoints/0");
            List<JsonNode> found =
                    manifests.json("Service").stream()
                            .filter(service ->
                                    contains(service, monitor.at("/spec/selector/matchLabels")))
                            .toList();
            require(
                    found.size() == 1
                            && elements(found.getFirst().at("/spec/ports"))
                                    .anyMatch(port ->
                                            port.path("name").equals(endpoint.path("port"))
                                                    && port.path("targetPort")
                                                            .asText()
                                                            .equals("management")),
                    "The ServiceMonitor selects no Service of the management port");
            require(
                    endpoint.path("path")
                            .asText()
                            .equals(Defaults.text("quarkus.micrometer.export.prometheus.path")),
                    "The ServiceMonitor asks where no metrics are");
        }
    }

    /** What the Pod Security Standard "restricted" wants, and a node that other pods share. */
    private void restriction(JsonNode owner) {
        String name = owner.at("/metadata/name").asText();
        JsonNode pod = owner.at("/spec/template/spec");
        JsonNode identity = pod.path("securityContext");
        require(
                identity.path("runAsNonRoot").asBoolean()
                        && identity.path("runAsUser").asInt() != 0,
                "%s may run as root",
                name);
        require(
                identity.at("/seccompProfile/type").asText().equals("RuntimeDefault"),
                "%s may call the whole kernel",
                name);
        require(
                !pod.path("automountServiceAccountToken").asBoolean(true),
                "%s is given a token of the API server",
                name);
        Set<String> volumes = new HashSet<>();
        elements(pod.path("volumes")).forEach(volume -> volumes.add(volume.path("name").asText()));
        elements(owner.at("/spec/volumeClaimTemplates"))
                .forEach(claim -> volumes.add(claim.at("/metadata/name").asText()));
        Stream.of("initContainers", "containers")
                .flatMap(containers -> elements(pod.path(containers)))
                .forEach(container -> {
                    JsonNode security = container.path("securityContext");
                    require(
                            !security.path("allowPrivilegeEscalation").asBoolean(true)
                                    && security.at("/capabilities/drop/0").asText().equals("ALL"),
                            "%s keeps privileges",
                            name);
                    require(
                            security.path("readOnlyRootFilesystem").asBoolean(),
                            "%s may write to its root",
                            name);
                    elements(container.path("volumeMounts"))
                            .forEach(mount ->
                                    require(
                                            volumes.contains(mount.path("name").asText()),
                                            "%s mounts a volume that is not there",
                                            name));
                    for (String resource : List.of("cpu", "memory")) {
                        BigDecimal request =
                                quantity(container.at("/resources/requests").path(resource));
                        BigDecimal limit =
                                quantity(container.at("/resources/limits").path(resource));
                        require(
                                request.signum() > 0 && request.compareTo(limit) <= 0,
                                "%s requests more %s than its limit, or has none of them",
                                name,
                                resource);
                    }
                });
    }

    /** Whether the object has all labels of a selector that is not empty. */
    private static boolean contains(JsonNode labelled, JsonNode selector) {
        JsonNode labels = labelled.at("/metadata/labels");
        return !selector.isEmpty()
                && selector.properties().stream()
                        .allMatch(label -> label.getValue().equals(labels.path(label.getKey())));
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static Duration seconds(JsonNode node, String field) {
        return Duration.ofSeconds(node.path(field).asLong());
    }

    private static BigDecimal quantity(JsonNode node) {
        return node.isMissingNode()
                ? BigDecimal.ZERO
                : Quantity.fromString(node.asText()).getNumber();
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
