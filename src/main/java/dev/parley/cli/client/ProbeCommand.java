package dev.parley.cli.client;

import dev.parley.cli.terminal.CommandFailed;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Asks the probe of a Parley that runs: for an image's health check, which has no other program.
 */
@Command(
        name = "probe",
        description = {
            "Asks the probe of a Parley that runs here, and prints what it says.",
            "Ends with 0 where it is up, and with 1 where it is down or silent."
        })
public final class ProbeCommand implements Callable<Integer> {

    private static final int UP = 200;

    @Spec CommandSpec spec;

    @Parameters(
            paramLabel = "PROBE",
            defaultValue = "live",
            description = "live, ready or started (${DEFAULT-VALUE}).")
    Name name;

    @Option(
            names = "--port",
            defaultValue = "${env:QUARKUS_MANAGEMENT_PORT:-9000}",
            description = "The management port (${DEFAULT-VALUE}).")
    int port;

    @Option(
            names = "--within",
            paramLabel = "SECONDS",
            defaultValue = "4",
            description = "How long it may take (${DEFAULT-VALUE}).")
    int seconds;

    @Override
    public Integer call() throws InterruptedException {
        Duration patience = Duration.ofSeconds(seconds);
        URI probe = URI.create("http://127.0.0.1:%d/q/health/%s".formatted(port, name));
        try (HttpClient http = HttpClient.newBuilder().connectTimeout(patience).build()) {
            HttpResponse<String> answer =
                    http.send(
                            HttpRequest.newBuilder(probe).timeout(patience).build(),
                            HttpResponse.BodyHandlers.ofString());
            spec.commandLine().getOut().println(answer.body().strip());
            return answer.statusCode() == UP ? ExitCode.OK : ExitCode.SOFTWARE;
        } catch (IOException failure) {
            throw new CommandFailed("Nobody answers at %s within %d s.".formatted(probe, seconds));
        }
    }

    /** The probes that there are, as they are typed. */
    enum Name {
        live,
        ready,
        started
    }
}
