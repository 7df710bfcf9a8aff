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
import java.util.regex.Pattern;

/**
 * A command at a pseudo-terminal made by {@code script} of util-linux: input arrives as key
 * presses, and Ctrl-C sends {@code SIGINT}.
 */
public final class TerminalSession implements AutoCloseable {

    private static final int CTRL_C = 3;
    private static final int CTRL_D = 4;

    private final Process process;
    private final Path screen;

    /** A command of Parley's. */
    public TerminalSession(Map<String, String> environment, String... words) {
        this(environment, parley(words));
    }

    private TerminalSession(Map<String, String> environment, List<String> command) {
        try {
            screen = Files.createTempFile("terminal", ".log");
            ProcessBuilder builder =
                    new ProcessBuilder(
                                    "script",
                                    "--quiet",
                                    "--return",
                                    "--flush",
                                    "--command",
                                    // A process started in the background ignores SIGINT, and so
                                    // do its children
                                    "exec env --default-signal=INT " + String.join(" ", command),
                                    "/dev/null")
                            .redirectErrorStream(true)
                            .redirectOutput(screen.toFile());
            builder.environment().putAll(environment);
            process = builder.start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Any command, as a person types it. */
    public static TerminalSession ofCommand(Map<String, String> environment, String command) {
        return new TerminalSession(environment, List.of(command));
    }

    private static List<String> parley(String... words) {
        List<String> command = new ArrayList<>(ParleyProcess.executable());
        command.addAll(List.of(words));
        return command;
    }

    public void type(String line) {
        press((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    public void pressCtrlC() {
        press(new byte[] {CTRL_C});
    }

    public void pressCtrlD() {
        press(new byte[] {CTRL_D});
    }

    /** Waits until the screen shows the text. */
    public void shows(String text) {
        shows(text, 1);
    }

    /** Waits until the screen shows the text so many times. */
    public void shows(String text, int times) {
        try {
            Wait.until(() -> screen().split(Pattern.quote(text), -1).length > times);
        } catch (RuntimeException failure) {
            throw new IllegalStateException(
                    "Not on the screen: " + text + "\n" + screen(), failure);
        }
    }

    /** The whole output so far, including control sequences. */
    public String screen() {
        try {
            return Files.readString(screen);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public int exitCode() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("The command does not end: " + screen());
        }
        return process.exitValue();
    }

    private void press(byte[] keys) {
        try {
            process.getOutputStream().write(keys);
            process.getOutputStream().flush();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
