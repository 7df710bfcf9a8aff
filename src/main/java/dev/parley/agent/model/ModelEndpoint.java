package dev.parley.agent.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.agent.AgentFailed;
import dev.parley.agent.AgentFailure;
import dev.parley.agent.AgentStopped;
import dev.parley.agent.AgentTimedOut;
import dev.parley.agent.AgentUnavailable;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Context;
import io.quarkus.logging.Log;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls a model's endpoint over HTTP, by a connection pool of its own.
 *
 * <p>It uses Vert.x's HTTP client instead of LangChain4j or the REST client: see
 * docs/decisions/0005-model-client.md.
 */
final class ModelEndpoint implements ModelClient {

    private static final String DONE = "[DONE]";
    private static final int MAX_EVENT_LENGTH = 1_048_576;

    /**
     * An endpoint that has not ended its stream so long after [DONE] is disconnected; the
     * connection of others is used again.
     */
    private static final Duration TIME_TO_END = Duration.ofSeconds(1);

    /** Connections in a row that may turn out to be closed; the last one fails the call. */
    private static final int MAX_STALE_CONNECTIONS = 3;

    private static final Duration MAX_RETRY_AFTER = Duration.ofMinutes(5);

    /**
     * The agent's time limit normally ends a call first; the margin makes this timeout a second
     * safeguard.
     */
    private static final Duration TIMEOUT_MARGIN = Duration.ofSeconds(1);

    private final Endpoint endpoint;
    private final ModelConfig config;
    private final ObjectMapper json;
    private final ChatChunkReader chunks;
    private final ModelConnections connections;
    private final OpenTelemetry telemetry;
    private final CircuitBreakerGate circuit;

    ModelEndpoint(
            Endpoint endpoint,
            ModelConfig config,
            int maxInFlight,
            Vertx vertx,
            OpenTelemetry telemetry,
            CircuitBreakerGate circuit,
            ObjectMapper json) {
        this.telemetry = telemetry;
        this.circuit = circuit;
        this.endpoint = endpoint;
        this.config = config;
        this.json = json;
        this.chunks = new ChatChunkReader(json);
        this.connections = new ModelConnections(vertx, isSecure(endpoint), maxInFlight);
    }

    @Override
    public void complete(
            JsonNode request,
            Duration agentTimeout,
            boolean mayRetry,
            BooleanSupplier stopped,
            ChunkSink sink) {
        Duration timeout = agentTimeout.plus(TIMEOUT_MARGIN);
        Duration silence = shorter(config.silence(), agentTimeout.dividedBy(2));
        try (HttpExchange exchange = send(body(request), timeout, mayRetry)) {
            read(exchange, timeout, silence, stopped, sink);
        } catch (IOException failure) {
            throw new ModelEndpointFailure(
                    "The connection to the model broke before the answer was complete.", failure);
        } catch (TimeoutException failure) {
            throw new AgentTimedOut("The model sent no data in time.", failure);
        } catch (InterruptedException interruption) {
            throw failureOf(interruption, stopped);
        }
    }

    /**
     * Sends the request, and again if its connection turns out to be closed since its last use: an
     * endpoint may close a connection in the moment in which it is used again.
     */
    private HttpExchange send(Buffer body, Duration timeout, boolean mayRetry)
            throws IOException, InterruptedException, TimeoutException {
        for (int attempt = 1; ; attempt++) {
            HttpExchange exchange = connect(mayRetry);
            try {
                requireEventStream(exchange.send(body, timeout.toMillis()));
                return exchange;
            } catch (HttpExchange.StaleConnection failure) {
                if (attempt == MAX_STALE_CONNECTIONS) {
                    throw failure;
                }
                Log.debugf(
                        failure, "The model endpoint %s had closed a connection", endpoint.name());
            } catch (Throwable failure) {
                exchange.close();
                throw failure;
            }
        }
    }

    private HttpExchange connect(boolean mayRetry) throws InterruptedException {
        try {
            return connections.connect(options(), connectMillis());
        } catch (IOException | TimeoutException failure) {
            Log.warnf(
                    "The model endpoint %s cannot be reached: %s",
                    endpoint.name(), rootOf(failure));
            throw mayRetry
                    ? new ConnectFailed(failure)
                    : new AgentUnavailable("The model cannot be reached.", failure);
        }
    }

    /**
     * The body of a refusal is not read: it may contain the user's message, which must not be
     * logged.
     */
    private void requireEventStream(HttpClientResponse head) {
        int status = head.statusCode();
        String type =
                Optional.ofNullable(head.getHeader("Content-Type"))
                        .orElse("none")
                        .toLowerCase(Locale.ROOT);
        if (status == 200 && type.startsWith("text/event-stream")) {
            return;
        }
        Log.warnf(
                "The model endpoint %s answered with status %d and content type %s%s",
                endpoint.name(), status, type, status == 400 || status == 413 ? hint() : "");
        if (status == 429 || status == 503) {
            throw new AgentUnavailable(
                    "The model accepts no more requests at the moment.", retryAfter(head), null);
        }
        if (status == 200) {
            throw new ModelEndpointFailure("The model's answer is not an event stream.", null);
        }
        String detail = "The model answered with status %d.".formatted(status);
        throw status >= 500 ? new ModelEndpointFailure(detail, null) : new AgentFailed(detail);
    }

    /** Endpoints refuse a request that exceeds the context in several ways, none of them common. */
    private String hint() {
        return "; if requests are too long for the model, lower %s, which is %d"
                .formatted(Endpoints.key(endpoint.name(), "context"), endpoint.context());
    }

    private void read(
            HttpExchange exchange,
            Duration timeout,
            Duration silence,
            BooleanSupplier stopped,
            ChunkSink sink)
            throws IOException, TimeoutException {
        SseParser parser = new SseParser(MAX_EVENT_LENGTH);
        ChunkPace pace = new ChunkPace(config.maxChunksPerSecond(), System::nanoTime);
        long lastArrival = System.nanoTime();
        try {
            // Some endpoints omit [DONE]; finish_reason says whether the answer is complete
            for (Optional<Buffer> bytes = next(exchange, timeout, sink);
                    bytes.isPresent();
                    bytes = next(exchange, timeout, sink)) {
                lastArrival = System.nanoTime();
                List<String> events = parse(parser, bytes.get());
                boolean isDone = accept(events, sink);
                if (!events.isEmpty()) {
                    circuit.answerArrives();
                }
                if (isDone) {
                    exchange.discardRest(TIME_TO_END);
                    return;
                }
                pause(pace.after(events.size()), sink);
            }
        } catch (InterruptedException interruption) {
            boolean isSilent = System.nanoTime() - lastArrival >= silence.toNanos();
            throw isSilent || stopped.getAsBoolean()
                    ? failureOf(interruption, stopped)
                    : tooLong(interruption);
        } finally {
            sink.flush();
        }
    }

    /**
     * The next bytes of the answer. Pieces of the reply that were held back are emitted meanwhile,
     * as soon as they may be.
     */
    private static Optional<Buffer> next(HttpExchange exchange, Duration timeout, ChunkSink sink)
            throws IOException, InterruptedException, TimeoutException {
        Duration untilFlush = sink.flushAfter();
        if (untilFlush.compareTo(timeout) < 0) {
            try {
                return exchange.next(Math.max(0, untilFlush.toMillis()));
            } catch (TimeoutException quiet) {
                sink.flush();
            }
        }
        return exchange.next(timeout.toMillis());
    }

    private static void pause(Duration pause, ChunkSink sink) throws InterruptedException {
        if (pause.isPositive()) {
            sink.flush();
            Thread.sleep(pause);
        }
    }

    /** Passes the chunks on, up to {@code [DONE]}; returns whether it was among them. */
    private boolean accept(List<String> events, ChunkSink sink) {
        for (String data : events) {
            if (data.equals(DONE)) {
                return true;
            }
            sink.accept(chunk(data));
        }
        return false;
    }

    private static List<String> parse(SseParser parser, Buffer bytes) {
        try {
            return parser.parse(bytes);
        } catch (IllegalStateException failure) {
            throw new AgentFailed(
                    "The model's answer contains an event that is too long.", failure);
        }
    }

    private ChatChunk chunk(String data) {
        ChatChunk chunk;
        try {
            chunk = chunks.read(data);
        } catch (JsonProcessingException failure) {
            // The cause is left out because it would log parts of the text
            throw new ModelEndpointFailure("The model's answer is malformed.", null);
        }
        if (chunk.isError()) {
            throw new ModelEndpointFailure("The model ended its answer with an error.", null);
        }
        return chunk;
    }

    private Buffer body(JsonNode request) {
        try {
            return Buffer.buffer(json.writeValueAsBytes(request));
        } catch (JsonProcessingException failure) {
            throw new IllegalStateException("A JSON tree cannot be written", failure);
        }
    }

    private RequestOptions options() {
        URI base = endpoint.baseUrl();
        String path = base.getPath().replaceAll("(?<!/)/++$", "") + "/chat/completions";
        RequestOptions options =
                new RequestOptions()
                        .setMethod(HttpMethod.POST)
                        .setAbsoluteURI(base.resolve(path).toString())
                        .setConnectTimeout(connectMillis())
                        .putHeader("Content-Type", "application/json")
                        .putHeader("Accept", "text/event-stream");
        telemetry
                .getPropagators()
                .getTextMapPropagator()
                .inject(
                        Context.current(),
                        options,
                        (_, key, value) -> options.putHeader(key, value));
        endpoint.apiKey().ifPresent(key -> options.putHeader("Authorization", "Bearer " + key));
        return options;
    }

    private int connectMillis() {
        return Math.toIntExact(config.connectTimeout().toMillis());
    }

    private static boolean isSecure(Endpoint endpoint) {
        return "https".equals(endpoint.baseUrl().getScheme());
    }

    private static Duration retryAfter(HttpClientResponse head) {
        @Nullable String seconds = head.getHeader("Retry-After");
        boolean isNumber = seconds != null && seconds.matches("[0-9]{1,6}");
        Duration wait =
                isNumber ? Duration.ofSeconds(Long.parseLong(seconds)) : Duration.ofSeconds(5);
        return wait.compareTo(MAX_RETRY_AFTER) > 0 ? MAX_RETRY_AFTER : wait;
    }

    /**
     * The failure for an interrupt: the turn was stopped, or the time limit expired, which counts
     * as a failure of the endpoint.
     */
    private static AgentFailure failureOf(InterruptedException interrupt, BooleanSupplier stopped) {
        Thread.currentThread().interrupt();
        if (stopped.getAsBoolean()) {
            return new AgentStopped();
        }
        return new AgentTimedOut("The model did not answer within the time limit.", interrupt);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static AnswerTooLong tooLong(InterruptedException interrupt) {
        Thread.currentThread().interrupt();
        return new AnswerTooLong(interrupt);
    }

    private static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    void close() {
        connections.close();
    }
}
