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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One turn, followed to its end. Where the connection breaks it is taken up again behind the last
 * event that was heard; the message is said under a key, so that saying it again is not saying it
 * twice.
 */
final class TurnFollower {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final int MAX_TRIES = 8;
    private static final String ENDINGS =
            "turn\\.(succeeded|failed|timed_out|cancelled|interrupted)";

    private final ParleyClient server;
    private final ObjectNode message;
    private final String key = UUID.randomUUID().toString();
    private volatile @Nullable String turn;
    private volatile boolean unwanted;
    private @Nullable String conversation;
    private long heard;
    private @Nullable String status;

    TurnFollower(
            ParleyClient server,
            String message,
            @Nullable String conversation,
            @Nullable String agentType) {
        this.server = server;
        this.conversation = conversation;
        this.message = JsonOutput.object().put("message", message);
        if (conversation != null) {
            this.message.put("conversation_id", conversation);
        }
        if (agentType != null) {
            this.message.put("agent_type", agentType);
        }
    }

    @Nullable String conversation() {
        return conversation;
    }

    /**
     * Listens until the turn has ended.
     *
     * @param sink takes each event's data
     * @return how it ended
     * @throws CommandFailed where there is no turn, or the server stays away
     */
    String follow(Consumer<JsonNode> sink) throws IOException, InterruptedException {
        int tries = 0;
        while (status == null) {
            long before = heard;
            try {
                listen(sink);
            } catch (IOException failure) {
                tries = heard > before ? 0 : tries + 1;
                if (tries == MAX_TRIES) {
                    throw new CommandFailed(
                            "The server cannot be reached; the turn goes on there. parley chat"
                                    + " --continue shows what became of it.");
                }
                Thread.sleep(FIRST_PAUSE.multipliedBy(1L << Math.min(tries, 4)));
            }
        }
        return status;
    }

    /** Does not wait for the end: that is an event like others. */
    void cancel() {
        unwanted = true;
        Thread.ofVirtual().name("cancel").start(this::cancelWhereItIsKnown);
    }

    private void cancelWhereItIsKnown() {
        String known = turn;
        if (known == null) {
            return; // its first event is still to come, and will find that it is unwanted
        }
        try {
            for (int tries = 0; tries < MAX_TRIES && !tellToCancel(known); tries++) {
                Thread.sleep(FIRST_PAUSE);
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the server has heard it; where it has not, it is said again. */
    private boolean tellToCancel(String known) throws InterruptedException {
        try {
            server.cancel(known);
            return true;
        } catch (IOException | CommandFailed failure) {
            return false;
        }
    }

    private void listen(Consumer<JsonNode> sink) throws IOException, InterruptedException {
        String known = turn;
        HttpResponse<InputStream> stream =
                known == null ? server.chat(message, key) : server.events(known, heard);
        if (known != null && unwanted) {
            cancel();
        }
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
            StringBuilder data = new StringBuilder();
            long number = heard;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("id:")) {
                    number = Long.parseLong(line.substring(3).strip());
                } else if (line.startsWith("data:")) {
                    data.append(line.substring(5).stripLeading());
                } else if (line.isEmpty() && !data.isEmpty()) {
                    take(JsonOutput.read(data.toString()), sink);
                    // Only now: of an event that broke off after its number, the rest is wanted
                    heard = number;
                    data.setLength(0);
                }
            }
        }
        if (status == null) {
            throw new IOException("The stream ended before the turn");
        }
    }

    private void take(JsonNode event, Consumer<JsonNode> sink) {
        boolean isFirst = turn == null;
        turn = event.path("turn_id").asText();
        conversation = event.path("conversation_id").asText();
        if (isFirst && unwanted) {
            cancel();
        }
        String type = event.path("type").asText();
        if (type.matches(ENDINGS)) {
            status = type.substring(type.indexOf('.') + 1);
        }
        sink.accept(event);
    }
}
