package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.parley.cli.client.ChatScreen;
import dev.parley.cli.terminal.FailureReason;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What needs no application: words that are understood, and how a command ends. */
class CommandsTest {

    @ParameterizedTest
    @CsvSource({"200, 0", "503, 1", "500, 1", "404, 1"})
    void probeEndsAsTheProbeAnswers(int status, int code) throws IOException {
        HttpServer probed =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        probed.createContext(
                "/q/health/ready",
                exchange -> {
                    byte[] body = "{\"status\":\"told\"}\n".getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(status, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        probed.start();
        try {
            Ended ended = typed("probe", "ready", "--port=" + probed.getAddress().getPort());

            assertThat(ended).isEqualTo(new Ended(code, "{\"status\":\"told\"}\n", ""));
        } finally {
            probed.stop(0);
        }
    }

    @Test
    void probeFailsWhereNobodyAnswers() {
        Ended ended = typed("probe", "--port=1");

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.complaints())
                .isEqualTo(
                        "parley: The probe http://127.0.0.1:1/q/health/live did not answer within 4"
                                + " s. Check that Parley runs.\n");
    }

    @Test
    void wrongUsageEndsWithTwo() {
        assertThat(typed("--hlep").code()).isEqualTo(2);
        assertThat(typed("user").code()).isEqualTo(2);
        assertThat(typed("erase").code()).isEqualTo(2);
        assertThat(typed("user", "add", "ada", "--password=correct horse").code()).isEqualTo(2);
    }

    @Test
    void noOptionTakesPasswordAsItsValue() {
        List<OptionSpec> passwords =
                all(Parley.commandLine())
                        .flatMap(command -> command.getCommandSpec().options().stream())
                        .filter(option -> option.longestName().contains("password"))
                        .toList();

        assertThat(passwords).isNotEmpty().allMatch(option -> option.arity().max() == 0);
    }

    @Test
    void tellsEachReasonOfFailureOnce() {
        IOException cause = new IOException("the disk is full\nand more");

        assertThat(FailureReason.of(new IllegalStateException(cause)))
                .isEqualTo("java.io.IOException: the disk is full");
        assertThat(FailureReason.of(new IllegalStateException("It cannot be kept", cause)))
                .isEqualTo("It cannot be kept: the disk is full");
    }

    @Test
    void tellsAllMistakesInTheConfiguration() {
        assertThat(FailureReason.of(new ConfigurationException("Two mistakes:\n- one\n- two")))
                .isEqualTo("Two mistakes: - one - two");
    }

    @Test
    void keepsControlCharactersFromTheTerminal() {
        assertThat(ChatScreen.harmless("\u001b[2Jone\n\ttwo\u0007\r\u009b1mthree"))
                .isEqualTo("[2Jone\n\ttwo1mthree");
    }

    private static Stream<CommandLine> all(CommandLine command) {
        return Stream.concat(
                Stream.of(command),
                command.getSubcommands().values().stream().flatMap(CommandsTest::all));
    }

    private static Ended typed(String... words) {
        StringWriter out = new StringWriter();
        StringWriter complaints = new StringWriter();
        int code =
                Parley.commandLine()
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(complaints, true))
                        .execute(words);
        return new Ended(code, out.toString(), complaints.toString());
    }

    /** How a command ended. */
    private record Ended(int code, String out, String complaints) {}
}
