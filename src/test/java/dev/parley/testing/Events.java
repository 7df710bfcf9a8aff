package dev.parley.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.restassured.RestAssured;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A client of a stream of server-sent events. */
public final class Events implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .executor(Executors.newVirtualThreadPerTaskExecutor())
                    .build();

    private final HttpResponse<InputStream> response;
    private final BufferedReader lines;
    private final AtomicInteger comments = new AtomicInteger();

    private Events(HttpResponse<InputStream> response) {
        this.response = response;
        this.lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    /** Submits a message and opens the event stream of its turn. */
    public static Events ofTurn(Person person, String body, String... headers) {
        return open(
                request(RestAssured.port, "/api/chat", person.token())
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(InProcess.withEchoAgent(body))),
                headers);
    }

    /** Opens the event stream of a turn, behind the event with this id. */
    public static Events following(Person person, String turn, long after) {
        return following(RestAssured.port, person.token(), turn, after);
    }

    public static Events following(int port, String token, String turn, long after) {
        return open(
                request(port, "/api/turns/" + turn + "/events", token),
                "Last-Event-ID",
                Long.toString(after));
    }

    public static HttpRequest.Builder request(int port, String path, String token) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .header("Authorization", "Bearer " + token)
                .header("Accept", "text/event-stream");
    }

    public static Events open(HttpRequest.Builder request, String... headers) {
        try {
            if (headers.length > 0) {
                request.headers(headers);
            }
            return new Events(
                    HTTP.send(request.build(), HttpResponse.BodyHandlers.ofInputStream()));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interruption);
        }
    }

    public int status() {
        return response.statusCode();
    }

    public String header(String name) {
        return response.headers().firstValue(name).orElse("");
    }

    /** The number of comment lines read so far. */
    public int comments() {
        return comments.get();
    }

    /** The next event; empty at the end of the stream. */
    public Optional<Event> next() {
        try {
            long id = 0;
            String name = "";
            StringBuilder data = new StringBuilder();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(":")) {
                    comments.incrementAndGet();
                } else if (line.startsWith("id:")) {
                    id = Long.parseLong(line.substring(3).strip());
                } else if (line.startsWith("event:")) {
                    name = line.substring(6).strip();
                } else if (line.startsWith("data:")) {
                    data.append(line.substring(5).strip());
                } else if (line.isEmpty() && !data.isEmpty()) {
                    JsonNode event = read(data.toString());
                    Contract.requireEvent(event);
                    return Optional.of(new Event(id, name, event));
                }
            }
            return Optional.empty();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Reads all events until the end of the stream. */
    public List<Event> rest() {
        List<Event> all = new ArrayList<>();
        for (Optional<Event> event = next(); event.isPresent(); event = next()) {
            all.add(event.get());
        }
        return all;
    }

    /** Reads all events until the stream ends or breaks. */
    public List<Event> restUntilItBreaks() {
        List<Event> all = new ArrayList<>();
        try {
            for (Optional<Event> event = next(); event.isPresent(); event = next()) {
                all.add(event.get());
            }
        } catch (UncheckedIOException failure) {
            return all;
        }
        return all;
    }

    /** Concatenates the text of all reply deltas. */
    public static String said(List<Event> events) {
        return events.stream()
                .filter(event -> event.name().equals("reply.delta"))
                .map(event -> event.text("delta"))
                .collect(Collectors.joining());
    }

    private static JsonNode read(String data) {
        try {
            return JSON.readTree(data);
        } catch (JsonProcessingException failure) {
            throw new IllegalStateException("Not JSON: " + data, failure);
        }
    }

    /** Disconnects immediately. */
    @Override
    public void close() {
        try {
            response.body().close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** A server-sent event. */
    public record Event(long id, String name, JsonNode data) {

        public String text(String field) {
            return data.path(field).asText();
        }

        public @Nullable JsonNode reply() {
            return data.get("reply");
        }
    }
}
