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

/** A conversation at the terminal, with any Parley. */
@Command(
        name = "chat",
        description = {
            "Talks with an agent, of this or any other server.",
            "With a MESSAGE it says that and ends; else it goes on until end of input (Ctrl-D)."
                    + " Ctrl-C cancels what the agent is doing."
        },
        footer = {
            "",
            "Environment: PARLEY_SERVER, PARLEY_USER, PARLEY_TOKEN (instead of signing in).",
            "At the prompt: /new begins another conversation, /quit ends."
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
            description = "Where Parley listens (${DEFAULT-VALUE}).")
    URI server;

    @Option(
            names = {"-u", "--user"},
            paramLabel = "NAME",
            defaultValue = "${env:PARLEY_USER}",
            description = "Who signs in.")
    @Nullable String username;

    @Option(
            names = {"-a", "--agent"},
            paramLabel = "TYPE",
            description = "The agent to talk with; the server's assistant if none is named.")
    @Nullable String agent;

    @Option(
            names = {"-c", "--continue"},
            description = "Go on with the conversation that was talked in last.")
    boolean goOn;

    @Option(
            names = "--conversation",
            paramLabel = "ID",
            description = "Go on with this conversation.")
    @Nullable String conversation;

    @Option(names = "--json", description = "Print the turn's events as they come, one a line.")
    boolean json;

    @Mixin PasswordPrompt passwords;

    @Override
    public Integer call() throws IOException, InterruptedException {
        ChatScreen screen = json ? ChatScreen.ofEvents() : ChatScreen.ofThisTerminal();
        try (ParleyClient parley = new ParleyClient(server)) {
            parley.use(token(parley));
            pickUp(parley, screen);
            String given = String.join(" ", words);
            if (!given.isBlank()) {
                return say(parley, screen, given);
            }
            return screen.isInteractive()
                    ? converse(parley, screen)
                    : say(parley, screen, restOfInput());
        }
    }

    /** {@code PARLEY_TOKEN}, or one for a name and a password. */
    private String token(ParleyClient parley) throws IOException, InterruptedException {
        String given = System.getenv("PARLEY_TOKEN");
        if (given != null && !given.isBlank()) {
            return given.strip();
        }
        if (username == null) {
            throw new CommandFailed(
                    "Who is it? Name yourself with --user (parley user add makes an account), or"
                            + " set PARLEY_TOKEN.");
        }
        return parley.signIn(username, passwords.known(username));
    }

    /** Says where one was. */
    private void pickUp(ParleyClient parley, ChatScreen screen)
            throws IOException, InterruptedException {
        if (conversation == null && goOn) {
            conversation = parley.latestConversation();
            if (conversation == null) {
                screen.remark("There is no conversation yet; this is the first.");
            }
        }
        if (conversation != null) {
            screen.remark("Going on with \"%s\".".formatted(parley.title(conversation)));
            for (JsonNode message : parley.lastMessages(conversation, LAST_MESSAGES)) {
                screen.earlier(message.path("role").asText(), message.path("content").asText());
            }
        }
    }

    private int converse(ParleyClient parley, ChatScreen screen)
            throws IOException, InterruptedException {
        BufferedReader input =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        screen.remark("Ctrl-D ends; /new begins another conversation.");
        for (String line = screen.ask(input); line != null; line = screen.ask(input)) {
            switch (line.strip()) {
                case "" -> {}
                case "/quit" -> {
                    return ExitCode.OK;
                }
                case "/new" -> {
                    conversation = null;
                    screen.remark("A new conversation.");
                }
                default -> sayAndGoOn(parley, screen, line);
            }
        }
        return ExitCode.OK;
    }

    /** What one message meets does not end the conversation. */
    private void sayAndGoOn(ParleyClient parley, ChatScreen screen, String message)
            throws IOException, InterruptedException {
        try {
            say(parley, screen, message);
        } catch (CommandFailed failure) {
            screen.complain(failure.detail());
        }
    }

    private int say(ParleyClient parley, ChatScreen screen, String message)
            throws IOException, InterruptedException {
        TurnFollower turn = new TurnFollower(parley, message, conversation, agent);
        try (SigintHandler _ = SigintHandler.go(turn::cancel)) {
            screen.thinking();
            String status = turn.follow(screen::show);
            conversation = turn.conversation();
            return switch (status) {
                case "succeeded" -> ExitCode.OK;
                case "cancelled" -> CANCELLED;
                default -> ExitCode.SOFTWARE;
            };
        } finally {
            screen.atRest();
        }
    }

    private static String restOfInput() throws IOException {
        String all = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        if (all.isBlank()) {
            throw new CommandFailed(
                    "There is nothing to say: give a MESSAGE, or something in the input.");
        }
        return all.strip();
    }
}
