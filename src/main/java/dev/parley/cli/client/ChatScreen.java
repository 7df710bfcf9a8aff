package dev.parley.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.cli.terminal.Terminal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a person sees of a conversation: the reply as it grows, the tools that are called, and that
 * something is being thought. Where the output is no terminal, only the reply; for scripts, the
 * events.
 */
public final class ChatScreen {

    private static final String[] SPINNER = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
    private static final Duration BETWEEN_FRAMES = Duration.ofMillis(100);
    private static final String FAINT = "\u001b[2m";
    private static final String BOLD = "\u001b[1m";
    private static final String PLAIN = "\u001b[0m";
    private static final String CLEAR_LINE = "\r\u001b[K";
    private static final int MAX_ARGUMENTS_LENGTH = 100;
    private static final int MAX_EARLIER_LENGTH = 300;

    private final PrintStream out;
    private final Kind kind;
    private @Nullable Thread spinner;
    private boolean spins;
    private boolean hasSaid;
    private boolean isInLine;

    private ChatScreen(PrintStream out, Kind kind) {
        this.out = out;
        this.kind = kind;
    }

    /** The reader of the output. */
    private enum Kind {
        PERSON,
        PIPE,
        SCRIPT
    }

    /** For a person at a terminal, or for whatever reads the output. */
    static ChatScreen ofThisTerminal() {
        return new ChatScreen(System.out, Terminal.console().isPresent() ? Kind.PERSON : Kind.PIPE);
    }

    /** For scripts: an event a line. */
    static ChatScreen ofEvents() {
        return new ChatScreen(System.out, Kind.SCRIPT);
    }

    boolean isInteractive() {
        return kind == Kind.PERSON;
    }

    /** The next line that the person types; null at the end. */
    @Nullable String ask(BufferedReader input) throws IOException {
        out.print(BOLD + "› " + PLAIN);
        out.flush();
        String line = input.readLine();
        if (line == null) {
            out.println();
        }
        return line;
    }

    synchronized void remark(String sentence) {
        if (kind == Kind.PERSON) {
            out.println(FAINT + harmless(sentence) + PLAIN);
        }
    }

    synchronized void complain(String sentence) {
        rest();
        System.err.println("parley: " + harmless(sentence));
    }

    /** Something that was said before. */
    synchronized void earlier(String role, String content) {
        String who = role.equals("user") ? "› " : "";
        remark(who + shortened(content, MAX_EARLIER_LENGTH));
    }

    /** From now on something is being thought, until the next event. */
    synchronized void thinking() {
        hasSaid = false;
        spin();
    }

    /** Nothing is going on any more. */
    synchronized void atRest() {
        rest();
    }

    /** Shows what has happened. */
    synchronized void show(JsonNode event) {
        if (kind == Kind.SCRIPT) {
            out.println(event);
            return;
        }
        String type = event.path("type").asText();
        switch (type) {
            case "turn.opened" -> beginAnew();
            case "reply.delta" -> say(event.path("delta").asText());
            case "tool.called" ->
                    note(
                            "→ %s %s"
                                    .formatted(
                                            event.path("name").asText(),
                                            shortened(
                                                    event.path("arguments").toString(),
                                                    MAX_ARGUMENTS_LENGTH)));
            case "tool.returned" ->
                    note(
                            "← %s %s, %d ms"
                                    .formatted(
                                            event.path("name").asText(),
                                            event.path("ok").asBoolean() ? "done" : "refused",
                                            event.path("elapsed_ms").asLong()));
            case "agent.delegated" ->
                    note(
                            "· %s %s"
                                    .formatted(
                                            event.path("agent_type").asText(),
                                            event.path("status").asText()));
            case "turn.succeeded" -> succeeded(event);
            default -> ended(event);
        }
    }

    /** A turn that was taken over begins again, and so does its reply. */
    private void beginAnew() {
        if (hasSaid) {
            rest();
            remark("The agent begins anew.");
            hasSaid = false;
            spin();
        }
    }

    private void say(String delta) {
        stopSpinning();
        hasSaid = true;
        String text = kind == Kind.PERSON ? harmless(delta) : delta;
        out.print(text);
        out.flush();
        isInLine = !text.endsWith("\n");
    }

    private void note(String what) {
        if (kind == Kind.PERSON) {
            rest();
            out.println("  " + FAINT + harmless(what) + PLAIN);
            spin();
        }
    }

    private void succeeded(JsonNode turn) {
        if (!hasSaid) {
            say(turn.path("reply").path("content").asText());
        }
        rest();
    }

    private void ended(JsonNode turn) {
        String type = turn.path("type").asText();
        if (type.startsWith("turn.")) {
            JsonNode detail = turn.path("error").path("detail");
            complain(
                    detail.isTextual()
                            ? detail.asText()
                            : "The turn was %s.".formatted(type.substring("turn.".length())));
        }
    }

    private void rest() {
        stopSpinning();
        if (isInLine) {
            out.println();
            isInLine = false;
        }
        out.flush();
    }

    private void spin() {
        if (kind != Kind.PERSON || spins) {
            return;
        }
        spins = true;
        long began = System.nanoTime();
        spinner = Thread.ofVirtual().name("spinner").start(() -> spin(began));
    }

    private void spin(long began) {
        try {
            for (int frame = 0; ; frame++) {
                Thread.sleep(BETWEEN_FRAMES);
                synchronized (this) {
                    if (!Thread.currentThread().equals(spinner)) {
                        return;
                    }
                    out.print(
                            CLEAR_LINE
                                    + FAINT
                                    + SPINNER[frame % SPINNER.length]
                                    + " thinking, %d s"
                                            .formatted(
                                                    Duration.ofNanos(System.nanoTime() - began)
                                                            .toSeconds())
                                    + PLAIN);
                    out.flush();
                }
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }

    private void stopSpinning() {
        if (spins) {
            spins = false;
            spinner = null;
            out.print(CLEAR_LINE);
        }
    }

    /**
     * An agent's words are not to move the cursor, change the title or whatever else a terminal
     * does when it is told to: no control characters but tab and line feed.
     */
    public static String harmless(String text) {
        return text.codePoints()
                .filter(c -> c == '\n' || c == '\t' || !Character.isISOControl(c))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static String shortened(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most) + "…";
    }
}
