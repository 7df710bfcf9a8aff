package dev.parley.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.cli.terminal.CommandFailed;
import dev.parley.cli.terminal.JsonOutput;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Follows one turn to its end: the turn of a message that it sends, or a turn that is there. After
 * a connection failure it reconnects and continues after the last received event. The message is
 * sent with an idempotency key, so that a repeated request does not start a second turn.
 */
final class TurnFollower {

    /** The status of a turn that waits for an approval. */
    static final String WAITING = "waiting";

    private static final Duration INITIAL_BACKOFF = Duration.ofMillis(500);
    private static final int MAX_ATTEMPTS = 8;
    private static final Pattern ENDINGS =
            Pattern.compile("turn\\.(succeeded|failed|timed_out|cancelled|interrupted|steered)");

    private final ParleyClient client;
    private final ObjectNode message;
    private final String key = UUID.randomUUID().toString();
    private volatile @Nullable String turn;
    private volatile boolean cancelled;
    private final CompletableFuture<@Nullable String> opened = new CompletableFuture<>();
    private volatile @Nullable String answeredBy;
    private long lastEventNumber;
    private @Nullable String status;

    TurnFollower(
            ParleyClient client,
            String message,
            @Nullable String conversation,
            @Nullable String agentType) {
        this.client = client;
        this.message = body(message, conversation, agentType);
    }

    /** Follows a turn from its first event. */
    TurnFollower(ParleyClient client, String turn) {
        this.client = client;
        this.message = JsonOutput.object();
        this.turn = turn;
    }

    private static ObjectNode body(
            String message, @Nullable String conversation, @Nullable String agentType) {
        ObjectNode body = JsonOutput.object().put("message", message);
        if (conversation != null) {
            body.put("conversation_id", conversation);
        }
        return agentType == null ? body : body.put("agent_type", agentType);
    }

    /**
     * Sends a message that joins the running turn or is queued, and returns at once. Repeated with
     * the same key while the server cannot be reached.
     *
     * @param whenBusy what happens to the message while a turn runs, as in the HTTP API
     * @return the message's turn
     * @throws CommandFailed if the server refuses the message or stays unreachable
     */
    static JsonNode submit(
            ParleyClient client,
            String message,
            String conversation,
            @Nullable String agentType,
            String whenBusy)
            throws InterruptedException {
        ObjectNode body = body(message, conversation, agentType).put("when_busy", whenBusy);
        String key = UUID.randomUUID().toString();
        for (int attempts = 1; ; attempts++) {
            try {
                return client.submit(body, key);
            } catch (IOException failure) {
                if (attempts == MAX_ATTEMPTS) {
                    throw new CommandFailed(
                            "The server cannot be reached, so the message may not have arrived: %s"
                                    .formatted(message));
                }
                Thread.sleep(backoff(attempts));
            }
        }
    }

    private static Duration backoff(int attempts) {
        return INITIAL_BACKOFF.multipliedBy(1L << Math.min(attempts, 4));
    }

    /** The turn's id; null before its first event. */
    @Nullable String turn() {
        return turn;
    }

    /** The turn whose reply answers the message of this turn, if it has joined that turn. */
    @Nullable String answeredBy() {
        return answeredBy;
    }

    /**
     * The turn's conversation, once the first event has arrived; null if {@link #follow} ends
     * without an event.
     */
    CompletableFuture<@Nullable String> opened() {
        return opened;
    }

    /**
     * Reads the turn's events until the turn has ended, or is left waiting. The stream is quiet
     * while the turn waits for an approval.
     *
     * @param sink receives each event's data
     * @return the final status of the turn, or {@link #WAITING}
     * @throws CommandFailed if the server refuses the turn or stays unreachable
     */
    String follow(EventSink sink) throws InterruptedException {
        try {
            return followToEnd(sink);
        } finally {
            opened.complete(null);
        }
    }

    private String followToEnd(EventSink sink) throws InterruptedException {
        int attempts = 0;
        while (status == null) {
            long previousNumber = lastEventNumber;
            try {
                readEvents(sink);
            } catch (IOException failure) {
                attempts = lastEventNumber > previousNumber ? 0 : attempts + 1;
                if (attempts == MAX_ATTEMPTS) {
                    throw new CommandFailed(
                            "The server cannot be reached. The turn continues on the server; parley"
                                    + " chat --continue shows its result.");
                }
                Thread.sleep(backoff(attempts));
            }
        }
        return status;
    }

    /** Ends {@link #follow} after the current event; the turn waits on the server. */
    void leaveWaiting() {
        status = WAITING;
    }

    /** Requests cancellation and returns at once; the end of the turn arrives as an event. */
    void cancel() {
        cancelled = true;
        Thread.ofVirtual().name("cancel").start(this::cancelIfStarted);
    }

    private void cancelIfStarted() {
        String turnId = turn;
        if (turnId == null) {
            return; // The turn's first event has not arrived; onEvent() will cancel the turn then
        }
        try {
            for (int attempts = 0;
                    attempts < MAX_ATTEMPTS && !requestCancellation(turnId);
                    attempts++) {
                Thread.sleep(INITIAL_BACKOFF);
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns whether the server accepted the request; if not, the caller tries again. */
    private boolean requestCancellation(String turnId) throws InterruptedException {
        try {
            client.cancel(turnId);
            return true;
        } catch (IOException | CommandFailed failure) {
            return false;
        }
    }

    private void readEvents(EventSink sink) throws IOException, InterruptedException {
        String turnId = turn;
        HttpResponse<InputStream> stream =
                turnId == null ? client.chat(message, key) : client.events(turnId, lastEventNumber);
        if (turnId != null && cancelled) {
            cancel();
        }
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
            StringBuilder data = new StringBuilder();
            long number = lastEventNumber;
            // Nothing follows an ending, and the stream of a turn that is left waiting is quiet
            for (String line = lines.readLine();
                    line != null;
                    line = status == null ? lines.readLine() : null) {
                if (line.startsWith("id:")) {
                    number = Long.parseLong(line.substring(3).strip());
                } else if (line.startsWith("data:")) {
                    data.append(line.substring(5).stripLeading());
                } else if (line.isEmpty() && !data.isEmpty()) {
                    onEvent(JsonOutput.read(data.toString()), sink);
                    // Only now: an event that broke off after its number must be requested again
                    lastEventNumber = number;
                    data.setLength(0);
                }
            }
        }
        if (status == null) {
            throw new IOException("The stream ended before the turn");
        }
    }

    private void onEvent(JsonNode event, EventSink sink) throws InterruptedException {
        boolean isFirst = turn == null;
        turn = event.path("turn_id").asText();
        opened.complete(event.path("conversation_id").asText());
        if (isFirst && cancelled) {
            cancel();
        }
        String type = event.path("type").asText();
        if (ENDINGS.matcher(type).matches()) {
            status = type.substring(type.indexOf('.') + 1);
            answeredBy = event.path("answered_by").textValue();
        }
        sink.accept(event);
    }

    /** Receives each event's data. */
    @FunctionalInterface
    interface EventSink {
        void accept(JsonNode event) throws InterruptedException;
    }
}
