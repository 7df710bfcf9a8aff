package dev.parley.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.cli.terminal.CommandFailed;
import dev.parley.cli.terminal.SigintHandler;
import dev.parley.cli.terminal.TerminalInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
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
            "At the prompt: /new starts another conversation, /quit exits.",
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

    private final TerminalInput input = new TerminalInput(System.in);

    @Override
    public Integer call() throws IOException, InterruptedException {
        ChatScreen screen = json ? ChatScreen.ofEvents() : ChatScreen.ofThisTerminal();
        try (ParleyClient parley = server.signedIn()) {
            resumeConversation(parley, screen);
            String message = String.join(" ", words);
            if (!message.isBlank()) {
                return send(parley, screen, message);
            }
            return screen.isInteractive()
                    ? converse(parley, screen)
                    : send(parley, screen, readInput());
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

    private int converse(ParleyClient parley, ChatScreen screen)
            throws IOException, InterruptedException {
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
        CompletableFuture<Boolean> cancellation = new CompletableFuture<>();
        ApprovalPrompt prompt = new ApprovalPrompt(parley, screen, input, cancellation);
        Runnable cancel =
                () -> {
                    turn.cancel();
                    cancellation.complete(true);
                };
        try (SigintHandler _ = SigintHandler.go(cancel)) {
            screen.startThinking();
            String status = turn.follow(event -> show(event, turn, screen, prompt));
            conversation = turn.conversation();
            return switch (status) {
                case "succeeded" -> ExitCode.OK;
                case "cancelled" -> CANCELLED;
                case TurnFollower.WAITING -> WAITING;
                default -> ExitCode.SOFTWARE;
            };
        } finally {
            screen.finish();
        }
    }

    private static void show(
            JsonNode event, TurnFollower turn, ChatScreen screen, ApprovalPrompt prompt)
            throws InterruptedException {
        screen.show(event);
        if (!event.path("type").asText().equals("approval.asked")) {
            return;
        }
        if (screen.isInteractive() && prompt.decide(event)) {
            screen.startThinking();
            return;
        }
        turn.leaveWaiting();
        screen.printError(
                "The turn waits for an approval. Use parley approvals approve %1$s %2$s or parley approvals deny %1$s %2$s."
                        .formatted(event.path("turn_id").asText(), event.path("step").asText()));
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
