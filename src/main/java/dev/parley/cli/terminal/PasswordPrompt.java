package dev.parley.cli.terminal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * Reads a password without showing it, never from an argument, because every process can read the
 * arguments of others.
 */
public final class PasswordPrompt {

    @Option(
            names = "--password-stdin",
            scope = ScopeType.INHERIT,
            description = "Reads the password from the first line of the input, without a prompt.")
    boolean fromInput;

    /**
     * Reads a new password, which a person types twice.
     *
     * @throws CommandFailed if the two passwords differ, or there is no terminal
     */
    public String chosen() throws IOException {
        if (fromInput) {
            return firstLine();
        }
        char[] first = prompt("New password: ");
        char[] second = prompt("Repeat password: ");
        if (!Arrays.equals(first, second)) {
            throw new CommandFailed("The passwords differ; nothing was changed.");
        }
        return new String(first);
    }

    /**
     * Reads the current password of an account.
     *
     * @throws CommandFailed if there is no terminal
     */
    public String known(String username) throws IOException {
        return fromInput ? firstLine() : new String(prompt("Password of %s: ".formatted(username)));
    }

    private static char[] prompt(String prompt) {
        return Terminal.console()
                .map(console -> console.readPassword("%s", prompt))
                .orElseThrow(() ->
                        new CommandFailed(
                                "There is no terminal to prompt for the password; use"
                                        + " --password-stdin."));
    }

    private static String firstLine() throws IOException {
        BufferedReader input =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line = input.readLine();
        if (line == null) {
            throw new CommandFailed("The input contains no password.");
        }
        return line;
    }
}
