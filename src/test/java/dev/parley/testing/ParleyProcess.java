package dev.parley.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Parley as an operator runs it: the packaged application in a process of its own, which can be
 * killed for real.
 */
public final class ParleyProcess implements AutoCloseable {

    private final Process process;
    private final Path console;
    private final int port;

    private ParleyProcess(Process process, Path console, int port) {
        this.process = process;
        this.console = console;
        this.port = port;
    }

    /**
     * Starts it with these settings, told as environment, beside free ports and the cheapest hash.
     */
    public static ParleyProcess started(Map<String, String> environment, String... arguments) {
        try {
            int port = freePort();
            List<String> command =
                    new ArrayList<>(
                            List.of(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-jar",
                                    System.getProperty("parley.jar")));
            command.addAll(List.of(arguments));
            Path console = Files.createTempFile("parley", ".log");
            ProcessBuilder builder =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(console.toFile());
            Map<String, String> settings = new HashMap<>(environment);
            settings.put("QUARKUS_HTTP_PORT", Integer.toString(port));
            settings.put("QUARKUS_MANAGEMENT_PORT", Integer.toString(freePort()));
            settings.put("PARLEY_AUTH_PASSWORD_COST", "4");
            builder.environment().putAll(settings);
            return new ParleyProcess(builder.start(), console, port);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Waits until it says that it listens. */
    public ParleyProcess listening() {
        Wait.until(() ->
                !process.isAlive()
                        || console().contains("Parley listens on http://localhost:" + port));
        if (!process.isAlive()) {
            throw new IllegalStateException("It ended: " + console());
        }
        return this;
    }

    /** Waits for its end, and tells the code it ended with. */
    public int exitCode() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("It does not end: " + console());
        }
        return process.exitValue();
    }

    public String console() {
        try {
            return Files.readString(console);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** {@code kill -9}. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        exitCode();
    }

    /** {@code SIGTERM}. */
    public void terminate() throws InterruptedException {
        process.destroy();
        exitCode();
    }

    public Person.Answer post(String path, String token, String body) {
        return Person.send(
                request(path, token)
                        .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8))
                        .build());
    }

    public Person.Answer get(String path, String token) {
        return Person.send(request(path, token).build());
    }

    private HttpRequest.Builder request(String path, String token) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                        .header("Content-Type", "application/json");
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private static int freePort() throws IOException {
        try (ServerSocket briefly = new ServerSocket(0)) {
            return briefly.getLocalPort();
        }
    }
}
