package dev.parley.cli.terminal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import picocli.CommandLine.Option;

/** Takes a password where nobody sees it: never as an argument, which every process may read. */
public final class PasswordPrompt {

    @Option(
            names = "--password-stdin",
            description = "Read the password from the input's first line, instead of asking.")
    boolean fromInput;

    /**
     * A new one, which a person types twice.
     *
     * @throws CommandFailed where the two differ, or nobody can be asked
     */
    public String chosen() throws IOException {
        if (fromInput) {
            return firstLine();
        }
        char[] once = asked("New password: ");
        char[] again = asked("Once more: ");
        if (!Arrays.equals(once, again)) {
            throw new CommandFailed("The two are different; nothing was changed.");
        }
        return new String(once);
    }

    /**
     * A password that exists.
     *
     * @throws CommandFailed where nobody can be asked
     */
    public String known(String username) throws IOException {
        return fromInput ? firstLine() : new String(asked("Password of %s: ".formatted(username)));
    }

    private static char[] asked(String prompt) {
        return Terminal.console()
                .map(console -> console.readPassword("%s", prompt))
                .orElseThrow(() ->
                        new CommandFailed(
                                "There is no terminal to ask for the password at; give it with"
                                        + " --password-stdin."));
    }

    private static String firstLine() throws IOException {
        BufferedReader input =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line = input.readLine();
        if (line == null) {
            throw new CommandFailed("There is no password in the input.");
        }
        return line;
    }
}
