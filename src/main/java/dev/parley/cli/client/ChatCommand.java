package dev.parley.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.cli.terminal.CommandFailed;
import dev.parley.cli.terminal.TerminalInput;
import java.io.IOException;
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
            "A line that is typed while the agent works joins its turn.",
            "At the prompt: /queue, /usage, /new, /help and /quit; /help describes them.",
            "Exits with 3 if the turn waits for an approval: see parley approvals."
        })
public final class ChatCommand implements Callable<Integer> {

    private static final int CANCELLED = 130;
    private static final int WAITING = 3;
    private static final int LAST_MESSAGES = 4;

    @Parameters(arity = "0..*", paramLabel = "MESSAGE")
    List<String> words = List.of();

    @Mixin ServerOptions server;

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

    @Override
    public Integer call() throws IOException, InterruptedException {
        ChatScreen screen = json ? ChatScreen.ofEvents() : ChatScreen.ofThisTerminal();
        try (ParleyClient parley = server.signedIn()) {
            resumeConversation(parley, screen);
            ChatSession session =
                    new ChatSession(
                            parley, screen, new TerminalInput(System.in), conversation, agent);
            String message = String.join(" ", words);
            if (message.isBlank() && screen.isInteractive()) {
                session.converse();
                return ExitCode.OK;
            }
            return send(session, message.isBlank() ? readInput() : message);
        }
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

    private static int send(ChatSession session, String message) throws InterruptedException {
        return switch (session.ask(message)) {
            case "succeeded" -> ExitCode.OK;
            case "cancelled" -> CANCELLED;
            case TurnFollower.WAITING -> WAITING;
            default -> ExitCode.SOFTWARE;
        };
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
