package dev.parley.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1Probe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parley in a process as the image and the manifests start it: their heap, the default limits and
 * the default password cost. The process may open 2,048 files, few enough to run out of in seconds.
 */
// What is missing in a manifest fails as it should, as a null
@SuppressWarnings("NullAway")
public final class ShippedParley {

    private static final Pattern HEAP_PERCENTAGE = Pattern.compile("MaxRAMPercentage=(\\d+)");

    private final V1Container container =
            Manifests.rendered("base")
                    .deployment()
                    .getSpec()
                    .getTemplate()
                    .getSpec()
                    .getContainers()
                    .getFirst();

    /** Starts a process with this database and model, and waits until it is ready. */
    public ParleyProcess start(OwnPostgres postgres, Map<String, String> model)
            throws IOException, InterruptedException {
        Map<String, String> environment = new HashMap<>(model);
        environment.put("PARLEY_RATELIMIT_STORE", "database");
        environment.put("PARLEY_RATELIMIT_ENABLED", "true");
        environment.put("PARLEY_AUTH_PASSWORD_COST", "");
        environment.put("PARLEY_WARM_UP_ROUNDS", "");
        environment.putAll(postgres.environment());
        String heap = "-Xmx%dm".formatted(heapMegabytes());
        // These options come after those of the command line, which has the quick compiler only
        environment.put(
                "_JAVA_OPTIONS", heap + " -XX:+ExitOnOutOfMemoryError -XX:TieredStopAtLevel=4");
        ParleyProcess parley =
                ParleyProcess.isNative()
                        ? ParleyProcess.started(environment, heap)
                        : ParleyProcess.started(environment);
        parley.listening();
        allowFewFiles(parley);
        Wait.until(() -> parley.probe("ready") == 200);
        return parley;
    }

    /** How long Kubernetes waits for the liveness probe. */
    public Duration livenessTimeout() {
        return timeout(container.getLivenessProbe());
    }

    /** How long Kubernetes waits for the readiness probe. */
    public Duration readinessTimeout() {
        return timeout(container.getReadinessProbe());
    }

    private static Duration timeout(V1Probe probe) {
        return Duration.ofSeconds(probe.getTimeoutSeconds());
    }

    /** The heap that the JVM of the image takes of the memory in the manifests. */
    private long heapMegabytes() throws IOException {
        Matcher percentage =
                HEAP_PERCENTAGE.matcher(
                        Files.readString(Path.of("src/main/docker/Dockerfile.jvm")));
        assertThat(percentage.find()).isTrue();
        long bytes = container.getResources().getLimits().get("memory").getNumber().longValue();
        return bytes * Long.parseLong(percentage.group(1)) / 100 / 1024 / 1024;
    }

    private static void allowFewFiles(ParleyProcess parley)
            throws IOException, InterruptedException {
        Process prlimit =
                new ProcessBuilder("prlimit", "--pid=" + parley.pid(), "--nofile=2048:")
                        .inheritIO()
                        .start();
        assertThat(prlimit.waitFor()).isZero();
    }
}
