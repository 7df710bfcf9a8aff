package dev.parley.testing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Parley under the watchdog script. */
public final class WatchedProcess implements AutoCloseable {

    private final ModelStub model = new ModelStub();
    private final Process watchdog;
    private final Path console;
    private final int port;
    private final int management;

    /**
     * @param probe the health probe that the watchdog requests
     */
    public WatchedProcess(int database, Path notes, String probe) throws IOException {
        port = FreePorts.next();
        management = FreePorts.next();
        console = Files.createTempFile("watchdog", ".log");
        List<String> command = new ArrayList<>(List.of("src/host/watchdog"));
        command.addAll(ParleyProcess.executable());
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(console.toFile());
        Map<String, String> settings = builder.environment();
        settings.putAll(model.environment());
        settings.put(
                "PATH",
                Path.of(System.getProperty("java.home"), "bin") + ":" + System.getenv("PATH"));
        settings.put(
                "QUARKUS_DATASOURCE_JDBC_URL",
                "jdbc:postgresql://127.0.0.1:%d/postgres".formatted(database));
        settings.put("QUARKUS_DATASOURCE_USERNAME", "postgres");
        settings.put("JAVA_TOOL_OPTIONS", "-Xmx512m");
        settings.put("QUARKUS_HTTP_PORT", Integer.toString(port));
        settings.put("QUARKUS_MANAGEMENT_PORT", Integer.toString(management));
        settings.put("QUARKUS_SHUTDOWN_DELAY", "0S");
        settings.put("PARLEY_AUTH_PASSWORD_COST", "4");
        settings.put("PARLEY_WARM_UP_ROUNDS", ParleyProcess.warmUpRounds());
        settings.put("PARLEY_RUNNER_LEASE_DURATION", "3s");
        settings.put("PARLEY_RUNNER_HEARTBEAT_INTERVAL", "500ms");
        settings.put("PARLEY_TURN_DRAIN_TIMEOUT", "1s");
        settings.put(
                "WATCHDOG_LIVE", "http://127.0.0.1:%d/q/health/%s".formatted(management, probe));
        settings.put("WATCHDOG_METRICS", "http://127.0.0.1:%d/q/metrics".formatted(management));
        settings.put("WATCHDOG_EVERY", "1");
        settings.put("WATCHDOG_TIMEOUT", "2");
        settings.put("WATCHDOG_FAILURES", "2");
        settings.put("WATCHDOG_NOTES", notes.toString());
        watchdog = builder.start();
        Wait.until(() -> console().contains("it is up"));
    }

    /** The Parley process that the watchdog runs at present. */
    public ProcessHandle process() {
        Path executable = Path.of(ParleyProcess.executable().getFirst()).getFileName();
        return watchdog.children()
                .filter(child ->
                        child.info()
                                .command()
                                .map(Path::of)
                                .filter(command -> command.endsWith(executable))
                                .isPresent())
                .findFirst()
                .orElseThrow();
    }

    /** The URL of the liveness probe. */
    public String live() {
        return "http://127.0.0.1:%d/q/health/live".formatted(management);
    }

    public boolean isLive() {
        try {
            return Person.send(HttpRequest.newBuilder(URI.create(live())).build()).status() == 200;
        } catch (UncheckedIOException failure) {
            return false;
        }
    }

    public String newcomer() {
        var account =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("username", "ada")
                        .put("password", Person.PASSWORD);
        post(
                "/api/auth/register",
                "",
                account.deepCopy().put("email", "ada@example.org").toString());
        return post("/api/auth/login", "", account.toString()).text("access_token");
    }

    public Person.ApiResponse postAsync(String path, String token, String body) {
        return post(path, token, body);
    }

    private Person.ApiResponse post(String path, String token, String body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .header("Content-Type", "application/json")
                        .header("Prefer", "respond-async")
                        .POST(HttpRequest.BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return Person.send(request.build());
    }

    public void signal(long process, String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process)).start().waitFor();
    }

    public String console() {
        try {
            return Files.readString(console);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Sends {@code SIGTERM} to the watchdog and returns its exit code. */
    public int stopped() throws InterruptedException {
        watchdog.destroy();
        if (!watchdog.waitFor(30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("The watchdog does not stop: " + console());
        }
        return watchdog.exitValue();
    }

    @Override
    public void close() {
        watchdog.descendants().forEach(ProcessHandle::destroyForcibly);
        watchdog.destroyForcibly();
        model.stop();
    }
}
