package dev.parley.cli.client;

import dev.parley.cli.terminal.CommandFailed;
import dev.parley.cli.terminal.PasswordPrompt;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Which server a command talks to, and as which user. */
final class ServerOptions {

    @Option(
            names = {"-s", "--server"},
            scope = ScopeType.INHERIT,
            paramLabel = "URL",
            defaultValue = "${env:PARLEY_SERVER:-http://localhost:8080}",
            description = "The address of the server (${DEFAULT-VALUE}).")
    URI server;

    @Option(
            names = {"-u", "--user"},
            scope = ScopeType.INHERIT,
            paramLabel = "NAME",
            defaultValue = "${env:PARLEY_USER}",
            description = "The user who signs in.")
    @Nullable String username;

    @Mixin PasswordPrompt passwordPrompt;

    /** A client that sends {@code PARLEY_TOKEN}, or a new token for a name and a password. */
    ParleyClient signedIn() throws IOException, InterruptedException {
        ParleyClient client = new ParleyClient(server);
        try {
            client.useToken(token(client));
            return client;
        } catch (IOException | InterruptedException | RuntimeException failure) {
            client.close();
            throw failure;
        }
    }

    private String token(ParleyClient client) throws IOException, InterruptedException {
        String token = System.getenv("PARLEY_TOKEN");
        if (token != null && !token.isBlank()) {
            return token.strip();
        }
        if (username == null) {
            throw new CommandFailed(
                    "No user is given. Use --user (parley user add creates an account) or"
                            + " set PARLEY_TOKEN.");
        }
        return client.signIn(username, passwordPrompt.known(username));
    }
}
