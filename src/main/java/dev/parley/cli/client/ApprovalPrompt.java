package dev.parley.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.cli.terminal.CommandFailed;
import dev.parley.cli.terminal.JsonOutput;
import dev.parley.cli.terminal.TerminalInput;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Asks the person at the terminal to approve or deny a tool call of a turn. */
final class ApprovalPrompt {

    private static final String QUESTION = "Approve? [y]es, [n]o, [e]dit, [l]ater: ";

    private final ParleyClient client;
    private final ChatScreen screen;
    private final TerminalInput input;
    private final CompletableFuture<?> cancellation;

    /**
     * @param cancellation ends the question, once completed
     */
    ApprovalPrompt(
            ParleyClient client,
            ChatScreen screen,
            TerminalInput input,
            CompletableFuture<?> cancellation) {
        this.client = client;
        this.screen = screen;
        this.input = input;
        this.cancellation = cancellation;
    }

    /**
     * Asks until there is a decision that the server accepts, or that came too late.
     *
     * @param asked the event {@code approval.asked}
     * @return false if the person wants to decide later
     */
    boolean decide(JsonNode asked) throws InterruptedException {
        @Nullable JsonNode edited = null;
        screen.showApproval(asked.path("summary").asText(), asked.path("arguments"));
        while (!cancellation.isDone()) {
            String choice = ask(QUESTION).map(String::strip).orElse("later");
            switch (choice.toLowerCase(Locale.ROOT)) {
                case "y", "yes" -> {
                    if (send(asked, new Decision.Approve(edited))) {
                        return true;
                    }
                }
                case "n", "no" -> {
                    String reason = ask("Reason for the agent (Enter for none): ").orElse("");
                    if (send(asked, new Decision.Deny(reason.strip()))) {
                        return true;
                    }
                }
                case "e", "edit" -> edited = edit(asked, edited);
                case "l", "later" -> {
                    // A cancelled turn does not wait: its end is the next event
                    return cancellation.isDone();
                }
                default -> {} // asks again
            }
        }
        return true;
    }

    private @Nullable JsonNode edit(JsonNode asked, @Nullable JsonNode edited)
            throws InterruptedException {
        String text =
                ask("All arguments as JSON in one line (Enter keeps them): ").orElse("").strip();
        if (text.isEmpty()) {
            return edited;
        }
        try {
            JsonNode arguments = JsonOutput.arguments(text);
            screen.showApproval(asked.path("tool").asText(), arguments);
            return arguments;
        } catch (CommandFailed failure) {
            screen.printError(failure.detail());
            return edited;
        }
    }

    /** Returns whether the question is settled; if not, the person can choose again. */
    private boolean send(JsonNode asked, Decision decision) throws InterruptedException {
        if (cancellation.isDone()) {
            return true;
        }
        try {
            Decision.Outcome outcome =
                    client.decide(
                            asked.path("turn_id").asText(), asked.path("step").asText(), decision);
            screen.printRemark(outcome.sentence(decision));
            return true;
        } catch (CommandFailed failure) {
            screen.printError(failure.detail());
            return false;
        }
    }

    private Optional<String> ask(String question) throws InterruptedException {
        screen.printQuestion(question);
        return input.readLine(cancellation);
    }
}
