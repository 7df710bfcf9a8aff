package dev.parley.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Parley as an operator runs it: the packaged application in a separate process, which a test can
 * kill.
 */
public final class ParleyProcess implements AutoCloseable {

    private final Process process;
    private final Path console;
    private final int port;
    private final int management;
    private final List<Pattern> expectedErrors = new CopyOnWriteArrayList<>();

    private ParleyProcess(Process process, Path console, int port, int management) {
        this.process = process;
        this.console = console;
        this.port = port;
        this.management = management;
    }

    /**
     * Starts Parley with these environment variables and free ports. Where the variables do not say
     * otherwise, it has the cheapest password hash, a short warm-up and no rate limits; an empty
     * value asks for the default of Parley.
     */
    public static ParleyProcess started(Map<String, String> environment, String... arguments) {
        try {
            int port = FreePorts.next();
            int management = FreePorts.next();
            List<String> command = new ArrayList<>(executable());
            command.addAll(List.of(arguments));
            Path console = Files.createTempFile("parley", ".log");
            ProcessBuilder builder =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(console.toFile());
            Map<String, String> settings = new HashMap<>(environment);
            settings.put("QUARKUS_HTTP_PORT", Integer.toString(port));
            settings.put("QUARKUS_MANAGEMENT_PORT", Integer.toString(management));
            settings.putIfAbsent("PARLEY_AUTH_PASSWORD_COST", "4");
            settings.putIfAbsent("PARLEY_RATELIMIT_ENABLED", "false");
            settings.putIfAbsent("PARLEY_WARM_UP_ROUNDS", warmUpRounds());
            // An empty value asks for what is shipped; some settings refuse an empty variable
            settings.values().removeIf(String::isEmpty);
            builder.environment().putAll(settings);
            return new ParleyProcess(builder.start(), console, port, management);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /**
     * The command that starts Parley: the native executable if one was built, otherwise the jar. C1
     * alone halves the start-up time of a short-lived process.
     */
    public static List<String> executable() {
        String nativeExecutable = System.getProperty("parley.executable", "");
        return nativeExecutable.isEmpty()
                ? List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        System.getProperty("parley.jar"))
                : List.of(nativeExecutable);
    }

    /** Whether the command is the native executable, which the tools of the JDK cannot inspect. */
    public static boolean isNative() {
        return executable().size() == 1;
    }

    /** The number of warm-up turns: few in a JVM, none in a native executable. */
    static String warmUpRounds() {
        return isNative() ? "" : "3";
    }

    /** Waits until Parley logs that it listens. */
    public ParleyProcess listening() {
        Wait.until(() ->
                !process.isAlive()
                        || console().contains("Parley listens on http://localhost:" + port));
        if (!process.isAlive()) {
            throw new IllegalStateException("Parley ended: " + console());
        }
        return this;
    }

    public int port() {
        return port;
    }

    public long pid() {
        return process.pid();
    }

    public int managementPort() {
        return management;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** The HTTP status of a probe; 0 without a response. */
    public int probe(String name) {
        try {
            return Person.send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    "http://localhost:%d/q/health/%s"
                                                            .formatted(management, name)))
                                    .build())
                    .status();
        } catch (UncheckedIOException failure) {
            return 0;
        }
    }

    /** The sum of all series of a metric; -1 without a response. */
    public double metric(String name) {
        try {
            return Person.send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    "http://localhost:%d/q/metrics"
                                                            .formatted(management)))
                                    .build())
                    .body()
                    .lines()
                    .filter(line ->
                            line.startsWith(name + " ")
                                    || line.startsWith(name + "{")
                                    || (name.contains("{") && line.startsWith(name)))
                    .mapToDouble(
                            line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        } catch (UncheckedIOException failure) {
            return -1;
        }
    }

    /** Sends {@code SIGSTOP}: the process pauses with its connections open. */
    public void freeze() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** Sends {@code SIGCONT}. */
    public void thaw() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    }

    /** Sends {@code SIGTERM} and returns at once. */
    public void tellToStop() {
        process.destroy();
    }

    /** Waits for the end of the process, 60 seconds at most, and returns its exit code. */
    public int exitCode() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("Parley does not end: " + console());
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

    /** Sends {@code SIGKILL} and waits for the end. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        exitCode();
    }

    /** Sends {@code SIGTERM} and waits for the end. */
    public void terminate() throws InterruptedException {
        process.destroy();
        exitCode();
    }

    /** Posts JSON, with further headers as pairs of name and value. */
    public Person.ApiResponse post(String path, String token, String body, String... headers) {
        HttpRequest.Builder request =
                request(path, token)
                        .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8));
        return Person.send((headers.length == 0 ? request : request.headers(headers)).build());
    }

    public Person.ApiResponse get(String path, String token) {
        return Person.send(request(path, token).build());
    }

    /** A request that a test can complete. */
    public HttpRequest.Builder request(String path, String token) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                        .header("Content-Type", "application/json");
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    /** Announces the errors that a test makes the process log, as regular expressions. */
    public ParleyProcess expectErrors(String... patterns) {
        Stream.of(patterns).map(Pattern::compile).forEach(expectedErrors::add);
        return this;
    }

    /**
     * Ends the process with {@code SIGKILL}.
     *
     * @throws AssertionError if the process logged an error that was not announced
     */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
        List<String> unexpected =
                ErrorLogExtension.unexpected(ErrorLogExtension.errorsIn(console()), expectedErrors);
        if (!unexpected.isEmpty()) {
            throw new AssertionError(
                    "The process logged errors that the test did not announce by"
                            + " expectErrors:\n"
                            + String.join("\n", unexpected));
        }
    }
}
