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
 * Calls a health probe of a running instance. Used by the image's health check, since the image
 * contains no other program.
 */
@Command(
        name = "probe",
        description = {
            "Calls a health probe of the instance on this machine and prints the response.",
            "Exits with 0 if the probe is up, and with 1 if the probe is down or does not answer."
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
            description = "Time limit for the probe (${DEFAULT-VALUE}).")
    int seconds;

    @Override
    public Integer call() throws InterruptedException {
        Duration timeout = Duration.ofSeconds(seconds);
        URI probe = URI.create("http://127.0.0.1:%d/q/health/%s".formatted(port, name));
        try (HttpClient http = HttpClient.newBuilder().connectTimeout(timeout).build()) {
            HttpResponse<String> response =
                    http.send(
                            HttpRequest.newBuilder(probe).timeout(timeout).build(),
                            HttpResponse.BodyHandlers.ofString());
            spec.commandLine().getOut().println(response.body().strip());
            return response.statusCode() == UP ? ExitCode.OK : ExitCode.SOFTWARE;
        } catch (IOException failure) {
            throw new CommandFailed(
                    "The probe %s did not answer within %d s. Check that Parley runs."
                            .formatted(probe, seconds));
        }
    }

    /** The probes; the constants are spelled as the user types the names. */
    enum Name {
        live,
        ready,
        started
    }
}
