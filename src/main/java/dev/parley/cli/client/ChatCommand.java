package dev.parley.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.cli.terminal.CommandFailed;
import dev.parley.cli.terminal.PasswordPrompt;
import dev.parley.cli.terminal.SigintHandler;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A conversation at the terminal with any Parley server. */
@Command(
        name = "chat",
        description = {
            "Chats with an agent of a Parley server.",
            "With a MESSAGE, sends the message and exits; otherwise chats until end of input"
                    + " (Ctrl-D). Ctrl-C cancels the running turn."
        },
        footer = {
            "",
            "Environment: PARLEY_SERVER, PARLEY_USER, PARLEY_TOKEN (instead of signing in).",
            "At the prompt: /new starts another conversation, /quit exits."
        })
public final class ChatCommand implements Callable<Integer> {

    private static final int CANCELLED = 130;
    private static final int LAST_MESSAGES = 4;

    @Parameters(arity = "0..*", paramLabel = "MESSAGE")
    List<String> words = List.of();

    @Option(
            names = {"-s", "--server"},
            paramLabel = "URL",
            defaultValue = "${env:PARLEY_SERVER:-http://localhost:8080}",
            description = "The address of the server (${DEFAULT-VALUE}).")
    URI server;

    @Option(
            names = {"-u", "--user"},
            paramLabel = "NAME",
            defaultValue = "${env:PARLEY_USER}",
            description = "The user who signs in.")
    @Nullable String username;

    @Option(
            names = {"-a", "--agent"},
            paramLabel = "TYPE",
            description = "The agent to chat with (default: the server's assistant).")
    @Nullable String agent;

    @Option(
            names = {"-c", "--continue"},
            description = "Continue the latest conversation.")
    boolean continueLatest;

    @Option(
            names = "--conversation",
            paramLabel = "ID",
            description = "Continue this conversation.")
    @Nullable String conversation;

    @Option(names = "--json", description = "Print the turn's events as they arrive, one per line.")
    boolean json;

    @Mixin PasswordPrompt passwordPrompt;

    @Override
    public Integer call() throws IOException, InterruptedException {
        ChatScreen screen = json ? ChatScreen.ofEvents() : ChatScreen.ofThisTerminal();
        try (ParleyClient parley = new ParleyClient(server)) {
            parley.useToken(token(parley));
            resumeConversation(parley, screen);
            String input = String.join(" ", words);
            if (!input.isBlank()) {
                return send(parley, screen, input);
            }
            return screen.isInteractive()
                    ? converse(parley, screen)
                    : send(parley, screen, readInput());
        }
    }

    /** {@code PARLEY_TOKEN}, or a new token for a name and a password. */
    private String token(ParleyClient parley) throws IOException, InterruptedException {
        String token = System.getenv("PARLEY_TOKEN");
        if (token != null && !token.isBlank()) {
            return token.strip();
        }
        if (username == null) {
            throw new CommandFailed(
                    "No user is given. Use --user (parley user add creates an account) or"
                            + " set PARLEY_TOKEN.");
        }
        return parley.signIn(username, passwordPrompt.known(username));
    }

    /** Shows the title and the last messages of the conversation to continue. */
    private void resumeConversation(ParleyClient parley, ChatScreen screen)
            throws IOException, InterruptedException {
        if (conversation == null && continueLatest) {
            conversation = parley.latestConversation();
            if (conversation == null) {
                screen.printRemark("There is no conversation yet; this starts the first.");
            }
        }
        if (conversation != null) {
            screen.printRemark("Continuing \"%s\".".formatted(parley.title(conversation)));
            for (JsonNode message : parley.lastMessages(conversation, LAST_MESSAGES)) {
                screen.showEarlier(message.path("role").asText(), message.path("content").asText());
            }
        }
    }

    private int converse(ParleyClient parley, ChatScreen screen)
            throws IOException, InterruptedException {
        BufferedReader input =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        screen.printRemark("Ctrl-D exits; /new starts another conversation.");
        for (String line = screen.readLine(input); line != null; line = screen.readLine(input)) {
            switch (line.strip()) {
                case "" -> {}
                case "/quit" -> {
                    return ExitCode.OK;
                }
                case "/new" -> {
                    conversation = null;
                    screen.printRemark("This is a new conversation.");
                }
                default -> sendAndReport(parley, screen, line);
            }
        }
        return ExitCode.OK;
    }

    /** Sends a message; prints a failure, which does not end the conversation. */
    private void sendAndReport(ParleyClient parley, ChatScreen screen, String message)
            throws IOException, InterruptedException {
        try {
            send(parley, screen, message);
        } catch (CommandFailed failure) {
            screen.printError(failure.detail());
        }
    }

    private int send(ParleyClient parley, ChatScreen screen, String message)
            throws IOException, InterruptedException {
        TurnFollower turn = new TurnFollower(parley, message, conversation, agent);
        try (SigintHandler _ = SigintHandler.go(turn::cancel)) {
            screen.startThinking();
            String status = turn.follow(screen::show);
            conversation = turn.conversation();
            return switch (status) {
                case "succeeded" -> ExitCode.OK;
                case "cancelled" -> CANCELLED;
                default -> ExitCode.SOFTWARE;
            };
        } finally {
            screen.finish();
        }
    }

    private static String readInput() throws IOException {
        String all = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        if (all.isBlank()) {
            throw new CommandFailed(
                    "There is nothing to send. Give a MESSAGE or write the message to standard"
                            + " input.");
        }
        return all.strip();
    }
}
