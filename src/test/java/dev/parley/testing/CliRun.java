package dev.parley.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The result of a command line.
 *
 * @param out the standard output
 * @param complaints the standard error
 */
public record CliRun(int code, String out, String complaints) {

    /** Runs a command with this standard input and waits for its end, 100 seconds at most. */
    public static CliRun command(Map<String, String> environment, String input, String... words) {
        try {
            Path out = Files.createTempFile("typed", ".out");
            Path complaints = Files.createTempFile("typed", ".err");
            List<String> command = new ArrayList<>(ParleyProcess.executable());
            command.addAll(List.of(words));
            ProcessBuilder builder =
                    new ProcessBuilder(command)
                            .redirectOutput(out.toFile())
                            .redirectError(complaints.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            if (!process.waitFor(100, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(
                        "The command does not end: " + Files.readString(complaints));
            }
            return new CliRun(
                    process.exitValue(), Files.readString(out), Files.readString(complaints));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interruption);
        }
    }
}
