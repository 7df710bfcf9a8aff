package dev.parley.agent.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.agent.AgentConfig;
import dev.parley.agent.AgentFailed;
import dev.parley.agent.AgentFailure;
import dev.parley.agent.AgentStopped;
import dev.parley.agent.AgentTimedOut;
import dev.parley.agent.AgentUnavailable;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Context;
import io.quarkus.logging.Log;
import io.smallrye.faulttolerance.api.CircuitBreakerName;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.faulttolerance.CircuitBreaker;
import org.eclipse.microprofile.faulttolerance.Retry;
import org.jspecify.annotations.Nullable;

/**
 * Speaks with the endpoint. Its protections are its own: a circuit that opens when half of the last
 * calls failed, and tries that are repeated only while nothing was sent, since a repeated call is
 * paid twice.
 *
 * <p>Vert.x's HTTP client rather than LangChain4j or the REST client: see
 * docs/decisions/0005-model-client.md.
 */
@ApplicationScoped
class ModelEndpoint {

    static final String CIRCUIT = "model";

    /** How long an open circuit refuses, in milliseconds. */
    static final int CIRCUIT_DELAY = 5_000;

    private static final String DONE = "[DONE]";
    private static final int MAX_EVENT_LENGTH = 1_048_576;

    /** Streams that an HTTP/2 endpoint is expected to grant on one connection. */
    private static final int STREAMS_PER_CONNECTION = 100;

    private static final Duration MAX_RETRY_AFTER = Duration.ofMinutes(5);

    /** The agent's time limit ends a call first; this is for the day on which it does not. */
    private static final Duration BEYOND_THE_LIMIT = Duration.ofSeconds(1);

    private final ModelConfig config;
    private final Duration patience;
    private final ObjectMapper json;
    private final HttpClient client;
    private final OpenTelemetry telemetry;

    ModelEndpoint(
            ModelConfig config,
            AgentConfig agentConfig,
            @ConfigProperty(name = "parley.turn.max-in-flight") int maxInFlight,
            Vertx vertx,
            OpenTelemetry telemetry,
            ObjectMapper json) {
        this.telemetry = telemetry;
        this.config = config;
        this.patience = agentConfig.timeout().plus(BEYOND_THE_LIMIT);
        this.json = json;
        this.client =
                vertx.httpClientBuilder()
                        .with(options(config))
                        .with(
                                new PoolOptions()
                                        .setHttp1MaxSize(maxInFlight)
                                        .setHttp2MaxSize(
                                                Math.max(1, maxInFlight / STREAMS_PER_CONNECTION))
                                        .setMaxWaitQueueSize(maxInFlight))
                        .build();
    }

    /**
     * Has one message completed. Blocks the calling virtual thread; an interrupt closes the
     * connection.
     *
     * @param mayRepeat whether trying again is allowed at all, while nothing was sent
     * @param stopped whether an interrupt means that nobody wants the answer any more
     * @param sink takes each chunk, in order, on the calling thread
     * @throws ConnectFailed where there was no connection, and trying again is allowed
     * @throws AgentUnavailable where there was none, or the endpoint has no room
     * @throws ModelEndpointFailure where the endpoint answers with an error or garbage, or breaks
     *     off
     * @throws AgentFailed where it refuses this request
     * @throws AgentTimedOut where it falls silent, or the time limit interrupts the thread
     * @throws AgentStopped where somebody else does
     */
    @Retry(maxRetries = 2, delay = 100, jitter = 50, retryOn = ConnectFailed.class)
    @CircuitBreaker(
            requestVolumeThreshold = 20,
            failureRatio = 0.5,
            delay = CIRCUIT_DELAY,
            // What one conversation asks for must not shut the model to all the others
            skipOn = {AgentFailed.class, AgentStopped.class})
    @CircuitBreakerName(CIRCUIT)
    void complete(
            JsonNode request,
            boolean mayRepeat,
            BooleanSupplier stopped,
            Consumer<ChatChunk> sink) {
        try (HttpExchange exchange = connect(mayRepeat)) {
            HttpClientResponse head = exchange.send(body(request), patience.toMillis());
            refuseUnlessStream(head);
            read(exchange, sink);
        } catch (IOException failure) {
            throw new ModelEndpointFailure(
                    "The connection to the model broke before the answer was whole.", failure);
        } catch (TimeoutException failure) {
            throw new AgentTimedOut("The model fell silent.", failure);
        } catch (InterruptedException interruption) {
            throw interrupted(interruption, stopped);
        }
    }

    private HttpExchange connect(boolean mayRepeat) throws InterruptedException {
        try {
            return HttpExchange.connect(client, options(), connectMillis());
        } catch (IOException | TimeoutException failure) {
            Log.warnf("The model's endpoint cannot be reached: %s", rootOf(failure));
            throw mayRepeat
                    ? new ConnectFailed(failure)
                    : new AgentUnavailable("The model cannot be reached.", failure);
        }
    }

    /**
     * The body of a refusal stays unread: it may repeat the message, and the message is not for the
     * log.
     */
    private static void refuseUnlessStream(HttpClientResponse head) {
        int status = head.statusCode();
        String type =
                Optional.ofNullable(head.getHeader("Content-Type"))
                        .orElse("nothing")
                        .toLowerCase(Locale.ROOT);
        if (status == 200 && type.startsWith("text/event-stream")) {
            return;
        }
        Log.warnf("The model's endpoint answered %d with %s", status, type);
        if (status == 429 || status == 503) {
            throw new AgentUnavailable(
                    "The model has no room for another request.", retryAfter(head), null);
        }
        if (status == 200) {
            throw new ModelEndpointFailure(
                    "The model answered with something that is not a stream.", null);
        }
        String detail = "The model answered with status %d.".formatted(status);
        throw status >= 500 ? new ModelEndpointFailure(detail, null) : new AgentFailed(detail);
    }

    private void read(HttpExchange exchange, Consumer<ChatChunk> sink)
            throws IOException, InterruptedException, TimeoutException {
        SseParser events = new SseParser(MAX_EVENT_LENGTH);
        boolean done = false;
        while (!done) {
            Optional<Buffer> piece = exchange.next(patience.toMillis());
            if (piece.isEmpty()) {
                // Some endpoints leave [DONE] out; whether the answer is whole is told by its
                // finish_reason
                return;
            }
            for (String data : eventsIn(events, piece.get())) {
                if (data.equals(DONE)) {
                    done = true;
                } else {
                    sink.accept(chunk(data));
                }
            }
        }
        readToTheEnd(exchange);
    }

    private static Iterable<String> eventsIn(SseParser events, Buffer piece) {
        try {
            return events.take(piece);
        } catch (IllegalStateException failure) {
            throw new AgentFailed("The model's answer has an event without end.", failure);
        }
    }

    /**
     * The end follows at once, and lets the connection be used again; an endpoint that goes on is
     * cut off.
     */
    private static void readToTheEnd(HttpExchange exchange) throws InterruptedException {
        try {
            exchange.next(100);
        } catch (IOException | TimeoutException failure) {
            Log.debug(
                    "The model's endpoint does not end its stream after [DONE]; closing it",
                    failure);
        }
    }

    private ChatChunk chunk(String data) {
        ChatChunk chunk;
        try {
            chunk = json.readValue(data, ChatChunk.class);
        } catch (JsonProcessingException failure) {
            // The cause would carry pieces of the text into the log
            throw new ModelEndpointFailure("The model's answer is garbled.", null);
        }
        if (chunk == null || chunk.error() != null) {
            throw new ModelEndpointFailure("The model broke off with an error.", null);
        }
        return chunk;
    }

    private Buffer body(JsonNode request) {
        try {
            return Buffer.buffer(json.writeValueAsBytes(request));
        } catch (JsonProcessingException failure) {
            throw new IllegalStateException("A JSON tree is always JSON", failure);
        }
    }

    private RequestOptions options() {
        URI base = config.baseUrl().orElseThrow();
        String path = base.getPath().replaceAll("/+$", "") + "/chat/completions";
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
                        (same, key, value) -> options.putHeader(key, value));
        config.apiKey().ifPresent(key -> options.putHeader("Authorization", "Bearer " + key));
        return options;
    }

    private int connectMillis() {
        return Math.toIntExact(config.connectTimeout().toMillis());
    }

    private static HttpClientOptions options(ModelConfig config) {
        HttpClientOptions options =
                new HttpClientOptions().setDecompressionSupported(false).setKeepAliveTimeout(30);
        boolean isSecure = config.baseUrl().map(URI::getScheme).filter("https"::equals).isPresent();
        // HTTP/2 where both sides agree on it; without TLS there is nothing to agree by
        return isSecure ? options.setUseAlpn(true).setProtocolVersion(HttpVersion.HTTP_2) : options;
    }

    private static Duration retryAfter(HttpClientResponse head) {
        @Nullable String told = head.getHeader("Retry-After");
        boolean isSeconds = told != null && told.matches("[0-9]{1,6}");
        Duration wait =
                isSeconds ? Duration.ofSeconds(Long.parseLong(told)) : Duration.ofSeconds(5);
        return wait.compareTo(MAX_RETRY_AFTER) > 0 ? MAX_RETRY_AFTER : wait;
    }

    /**
     * By the time limit, which is the endpoint's fault, or by a caller who no longer wants an
     * answer.
     */
    private static AgentFailure interrupted(
            InterruptedException interrupt, BooleanSupplier stopped) {
        Thread.currentThread().interrupt();
        if (stopped.getAsBoolean()) {
            return new AgentStopped();
        }
        return new AgentTimedOut("The model was interrupted.", interrupt);
    }

    private static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    @PreDestroy
    void close() {
        client.close();
    }
}
