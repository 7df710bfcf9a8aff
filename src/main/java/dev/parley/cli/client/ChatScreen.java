package dev.parley.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.cli.terminal.Terminal;
import dev.parley.cli.terminal.TerminalInput;
import java.io.PrintStream;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Prints a conversation: for a person at a terminal the growing reply, the tool calls and a spinner
 * while the agent thinks; for a pipe only the reply; for scripts the events.
 */
public final class ChatScreen {

    private static final String[] SPINNER = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
    private static final Duration BETWEEN_FRAMES = Duration.ofMillis(100);
    private static final String FAINT = "\u001b[2m";
    private static final String BOLD = "\u001b[1m";
    private static final String PLAIN = "\u001b[0m";
    private static final String CLEAR_LINE = "\r\u001b[K";
    private static final String UP = "\u001b[1A";
    private static final String SAVE_CURSOR = "\u001b7";
    private static final String RESTORE_CURSOR = "\u001b8";
    private static final String DELEGATE = "delegate";
    private static final int MAX_LENGTH = 100;
    private static final int MAX_EARLIER_LENGTH = 300;

    private final PrintStream out;
    private final Kind kind;
    private final boolean isDumb;
    private final Set<String> shown = new HashSet<>();
    private final Set<String> delegated = new HashSet<>();
    private @Nullable Thread spinner;
    private boolean isSpinning;
    private boolean hasSpinnerLine;
    private boolean hasReply;
    private boolean isInsideLine;
    private boolean isPaused;

    ChatScreen(PrintStream out, Kind kind) {
        this(out, kind, false);
    }

    /**
     * @param isDumb the terminal shows control sequences instead of obeying them
     */
    private ChatScreen(PrintStream out, Kind kind, boolean isDumb) {
        this.out = out;
        this.kind = kind;
        this.isDumb = isDumb;
    }

    /** Who reads the output. */
    enum Kind {
        PERSON,
        PIPE,
        SCRIPT
    }

    /** A screen for standard output, which is a terminal or a pipe. */
    static ChatScreen ofThisTerminal() {
        return new ChatScreen(
                System.out,
                Terminal.console().isPresent() ? Kind.PERSON : Kind.PIPE,
                "dumb".equals(System.getenv("TERM")));
    }

    /** A screen for scripts: one event per line. */
    static ChatScreen ofEvents() {
        return new ChatScreen(System.out, Kind.SCRIPT);
    }

    boolean isInteractive() {
        return kind == Kind.PERSON;
    }

    /** Reads the next line that the person types; null at the end of the input. */
    @Nullable String readLine(TerminalInput input) throws InterruptedException {
        out.print(styled(BOLD, "› "));
        out.flush();
        Optional<String> line = input.readLine();
        if (line.isEmpty()) {
            out.println();
        }
        return line.orElse(null);
    }

    /** A person has typed this line while the agent works. */
    synchronized void showTyped(String line) {
        isInsideLine = false; // Enter has ended the line
        if (hasSpinnerLine) {
            out.print(UP + CLEAR_LINE); // the line as it was typed, below the spinner
            if (!line.isBlank()) {
                meanwhile(() -> showMessage(line));
            }
        }
    }

    /** Shows a message of the person above its reply. */
    synchronized void showMessage(String message) {
        endLine();
        out.println(styled(BOLD, "› ") + harmless(message));
    }

    synchronized void printRemark(String sentence) {
        if (kind == Kind.PERSON) {
            meanwhile(() -> out.println(styled(FAINT, harmless(sentence))));
        }
    }

    synchronized void printError(String sentence) {
        meanwhile(() -> System.err.println("parley: " + harmless(sentence)));
    }

    /** Prints lines; a spinner goes on below them. */
    private void meanwhile(Runnable printing) {
        boolean goesOn = isSpinning;
        endLine();
        printing.run();
        if (goesOn) {
            spin();
        }
    }

    private String styled(String style, String text) {
        return isDumb ? text : style + text + PLAIN;
    }

    /** Shows an earlier message of the conversation. */
    synchronized void showEarlier(String role, String content) {
        String prefix = role.equals("user") ? "› " : "";
        printRemark(prefix + shortened(content, MAX_EARLIER_LENGTH));
    }

    /** Shows the spinner until the next event. */
    synchronized void startThinking() {
        hasReply = false;
        spin();
    }

    /** Stops the spinner and ends the line, at the end of a turn. */
    synchronized void finish() {
        endLine();
        shown.clear();
        delegated.clear();
    }

    /** Shows a tool call that a person has to decide about, with all its arguments. */
    synchronized void showApproval(String summary, JsonNode arguments) {
        endLine();
        out.println(styled(BOLD, "? " + visible(summary)));
        visible(arguments.toPrettyString()).lines().forEach(line -> out.println("  " + line));
    }

    /** Shows a question, behind which the person types. */
    synchronized void printQuestion(String question) {
        endLine();
        out.print(question);
        out.flush();
    }

    /** Shows an event. */
    synchronized void show(JsonNode event) {
        if (kind == Kind.SCRIPT) {
            out.println(event);
            return;
        }
        String type = event.path("type").asText();
        switch (type) {
            case "turn.opened" -> restartReply();
            case "approval.asked" -> pauseReply();
            case "approval.decided" -> {} // the tool's result shows it
            case "reply.delta" -> appendReply(event.path("delta").asText());
            case "tool.called" -> printNote(event, called(event));
            case "tool.returned" -> showReturned(event);
            case "agent.delegated" -> showDelegated(event);
            case "turn.succeeded" -> finishReply(event);
            case "turn.steered" -> stopSpinning(); // the turn that it joined shows the reply
            default -> printFailure(event);
        }
    }

    private static String called(JsonNode event) {
        JsonNode arguments = event.path("arguments");
        String name = event.path("name").asText();
        return name.equals(DELEGATE)
                ? "→ %s: %s"
                        .formatted(
                                arguments.path("agent_type").asText(),
                                shortened(arguments.path("task").asText()))
                : "→ %s %s".formatted(name, shortened(arguments.toString()));
    }

    private void showReturned(JsonNode event) {
        String name = event.path("name").asText();
        if (name.equals(DELEGATE) && delegated.contains(event.path("step").asText())) {
            return; // the status of the worker shows it
        }
        String outcome = event.path("ok").asBoolean() ? "done" : "refused";
        printNote(
                event,
                "← %s %s, %d ms".formatted(name, outcome, event.path("elapsed_ms").asLong()));
    }

    private void showDelegated(JsonNode event) {
        delegated.add(event.path("step").asText());
        String agent = event.path("agent_type").asText();
        String status = event.path("status").asText();
        switch (status) {
            case "started" -> {} // the call shows it
            case "waiting" -> printNote(event, "· %s waits for an approval".formatted(agent));
            default -> printNote(event, "← %s %s".formatted(agent, status.replace('_', ' ')));
        }
    }

    /** After a takeover by another replica the agent starts again, and so does the reply. */
    private void restartReply() {
        if (hasReply && !isPaused) {
            endLine();
            printRemark("The agent starts again.");
            shown.clear();
        }
        hasReply = false;
        isPaused = false;
        spin();
    }

    /** The turn waits for an approval. Then it is opened again, and goes on where it was. */
    private void pauseReply() {
        endLine();
        isPaused = true;
    }

    private void appendReply(String delta) {
        stopSpinning();
        hasReply = true;
        String text = kind == Kind.PERSON ? harmless(delta) : delta;
        out.print(text);
        out.flush();
        isInsideLine = !text.endsWith("\n");
    }

    /**
     * Prints a line about a step, once: an agent that goes on after an approval repeats the events
     * of what it has done. The steps of a worker are indented below its call.
     */
    private void printNote(JsonNode event, String text) {
        String step = event.path("step").asText();
        String key =
                String.join(" ", step, event.path("type").asText(), event.path("status").asText());
        if (kind == Kind.PERSON && (step.isEmpty() || shown.add(key))) {
            endLine();
            String indent = "  ".repeat(1 + (int) step.chars().filter(c -> c == '.').count());
            out.println(indent + styled(FAINT, harmless(text)));
            spin();
        }
    }

    private void finishReply(JsonNode turn) {
        if (!hasReply) {
            appendReply(turn.path("reply").path("content").asText());
        }
        endLine();
        switch (turn.path("finish_reason").asText()) {
            case "length" ->
                    printRemark("The reply is cut off: the model reached its limit of tokens.");
            case "content_filter" ->
                    printRemark("The reply is cut off by the model's content filter.");
            default -> {} // the reply is complete
        }
    }

    private void printFailure(JsonNode turn) {
        String type = turn.path("type").asText();
        if (type.startsWith("turn.")) {
            JsonNode detail = turn.path("error").path("detail");
            printError(
                    detail.isTextual()
                            ? detail.asText()
                            : "The turn was %s.".formatted(type.substring("turn.".length())));
        }
    }

    private void endLine() {
        stopSpinning();
        if (isInsideLine) {
            out.println();
            isInsideLine = false;
        }
        out.flush();
    }

    private void spin() {
        if (kind != Kind.PERSON || isDumb || isSpinning) {
            return;
        }
        isSpinning = true;
        long startNanos = System.nanoTime();
        spinner = Thread.ofVirtual().name("spinner").start(() -> spin(startNanos));
    }

    private void spin(long startNanos) {
        try {
            for (int frame = 0; ; frame++) {
                Thread.sleep(BETWEEN_FRAMES);
                synchronized (this) {
                    if (!Thread.currentThread().equals(spinner)) {
                        return;
                    }
                    showFrame(
                            "%s thinking, %d s"
                                    .formatted(
                                            SPINNER[frame % SPINNER.length],
                                            Duration.ofNanos(System.nanoTime() - startNanos)
                                                    .toSeconds()));
                }
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }

    /** The spinner has a line of its own, above the one in which the person may be typing. */
    private void showFrame(String frame) {
        out.print(
                hasSpinnerLine
                        ? SAVE_CURSOR + UP + CLEAR_LINE + styled(FAINT, frame) + RESTORE_CURSOR
                        : CLEAR_LINE + styled(FAINT, frame) + System.lineSeparator());
        out.flush();
        hasSpinnerLine = true;
    }

    private void stopSpinning() {
        isSpinning = false;
        spinner = null;
        if (hasSpinnerLine) {
            hasSpinnerLine = false;
            out.print(CLEAR_LINE + UP + CLEAR_LINE);
        }
    }

    /**
     * Removes all control characters except tab and line feed, so that an agent's reply cannot
     * control the terminal, for example move the cursor or change the title.
     */
    public static String harmless(String text) {
        return text.codePoints()
                .filter(c -> c == '\n' || c == '\t' || !Character.isISOControl(c))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /**
     * Shows invisible characters by their code, also the marks that turn the direction of writing
     * around, because a person approves what is on the screen.
     */
    static String visible(String text) {
        StringBuilder visible = new StringBuilder(text.length());
        text.codePoints()
                .forEach(character -> {
                    boolean hidden =
                            (character != '\n' && Character.isISOControl(character))
                                    || Character.getType(character) == Character.FORMAT
                                    || Character.getType(character) == Character.LINE_SEPARATOR
                                    || Character.getType(character)
                                            == Character.PARAGRAPH_SEPARATOR;
                    if (hidden) {
                        visible.append("\\u%04x".formatted(character));
                    } else {
                        visible.appendCodePoint(character);
                    }
                });
        return visible.toString();
    }

    /** At most 100 characters of a text. */
    static String shortened(String text) {
        return shortened(text, MAX_LENGTH);
    }

    private static String shortened(String text, int maxLength) {
        return text.length() <= maxLength ? text : text.substring(0, maxLength) + "…";
    }
}
