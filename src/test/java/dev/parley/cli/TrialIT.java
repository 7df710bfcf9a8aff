package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.FreePorts;
import dev.parley.testing.TerminalSession;
import dev.parley.testing.Wait;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;

/** "Ten minutes" of docs/agents.md: the commands as they are written, and what they show. */
@DisabledIf(
        value = "dev.parley.testing.ParleyProcess#isNative",
        disabledReason = "The trial runs the jar, which a native build does not make")
class TrialIT {

    private static final Pattern SECTION =
            Pattern.compile("^## Ten minutes: .*?(?=^## )", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern COMMAND = Pattern.compile("```sh\n([^`]*)\n```");
    private static final Pattern SCREEN = Pattern.compile("```\n([^`]*)\n```\n\nWhile");
    private static final Pattern PASSWORD = Pattern.compile("whose password is `([^`]*)`");
    private static final Pattern ELAPSED = Pattern.compile(", \\d+ ms$");

    private static final String PROMPT = "› ";
    private static final String QUESTION = "Approve? [y]es, [n]o, [e]dit, [l]ater: ";

    @TempDir Path home;

    @Test
    void newcomerSeesWhatTheDocumentShows() throws Exception {
        String section = found(SECTION, Files.readString(Path.of("docs/agents.md"))).getFirst();
        List<String> commands = found(COMMAND, section);
        assertThat(commands).hasSize(2);
        int port = FreePorts.next();
        Map<String, String> environment =
                Map.of(
                        "PARLEY_HOME",
                        home.resolve("data").toString(),
                        "PARLEY_SERVER",
                        "http://localhost:" + port,
                        "QUARKUS_HTTP_PORT",
                        Integer.toString(port),
                        "QUARKUS_MANAGEMENT_PORT",
                        Integer.toString(FreePorts.next()),
                        "QUARKUS_SHUTDOWN_DELAY",
                        "0S",
                        "PARLEY_AUTH_PASSWORD_COST",
                        "4",
                        "PARLEY_WARM_UP_ROUNDS",
                        "3",
                        "JDK_JAVA_OPTIONS",
                        "-XX:TieredStopAtLevel=1");
        Path console = home.resolve("console.log");
        Process parley = start(environment, commands.get(0), console);
        try {
            // One more minute for the database, which is made first
            Wait.until(() -> !parley.isAlive() || read(console).contains("Successfully applied"));
            Wait.until(() ->
                    !parley.isAlive()
                            || read(console).contains("Parley listens on http://localhost:"));
            assertThat(parley.isAlive()).as(read(console)).isTrue();

            try (TerminalSession terminal =
                    TerminalSession.ofCommand(environment, commands.get(1))) {
                converse(
                        terminal,
                        found(SCREEN, section).getFirst().lines().toList(),
                        found(PASSWORD, section).getFirst());

                assertThat(terminal.exitCode()).isZero();
                assertThat(terminal.screen()).doesNotContain("started", "starts again");
            }
        } finally {
            parley.destroy();
            assertThat(parley.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(read(console)).contains("parley stopped").doesNotContain("ERROR");
    }

    /** Types what a person types in the document, and waits for all the other lines. */
    private static void converse(TerminalSession terminal, List<String> lines, String password) {
        for (String line : lines) {
            if (line.startsWith("Password")) {
                terminal.shows(line);
                terminal.type(password);
            } else if (line.startsWith(PROMPT)) {
                terminal.shows(PROMPT);
                terminal.type(line.substring(PROMPT.length()));
            } else if (line.startsWith(QUESTION)) {
                terminal.shows(QUESTION);
                terminal.type(line.substring(QUESTION.length()));
            } else {
                terminal.shows(ELAPSED.matcher(line.strip()).replaceFirst(""));
            }
        }
    }

    private static Process start(Map<String, String> environment, String command, Path console)
            throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(console.toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static List<String> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult result) -> result.group(result.groupCount()))
                .toList();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
