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
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.faulttolerance.CircuitBreaker;
import org.eclipse.microprofile.faulttolerance.Retry;
import org.jspecify.annotations.Nullable;

/**
 * Calls the model's endpoint. The endpoint has its own circuit breaker, which opens when half of
 * the last calls failed, and its own retries. A call is retried only if nothing was sent, because a
 * repeated call is paid twice.
 *
 * <p>It uses Vert.x's HTTP client instead of LangChain4j or the REST client: see
 * docs/decisions/0005-model-client.md.
 */
@ApplicationScoped
class ModelEndpoint {

    static final String CIRCUIT = "model";

    /** How long an open circuit refuses calls, in milliseconds. */
    static final int CIRCUIT_DELAY = 5_000;

    private static final String DONE = "[DONE]";
    private static final int MAX_EVENT_LENGTH = 1_048_576;

    /**
     * An endpoint that has not ended its stream so long after [DONE] is disconnected; the
     * connection of others is used again.
     */
    private static final Duration TIME_TO_END = Duration.ofSeconds(1);

    /** Number of streams that an HTTP/2 endpoint is expected to allow on one connection. */
    private static final int STREAMS_PER_CONNECTION = 100;

    private static final Duration MAX_RETRY_AFTER = Duration.ofMinutes(5);

    /**
     * The agent's time limit normally ends a call first; the margin makes this timeout a second
     * safeguard.
     */
    private static final Duration TIMEOUT_MARGIN = Duration.ofSeconds(1);

    private final ModelConfig config;
    private final Duration timeout;
    private final Duration silence;
    private final ObjectMapper json;
    private final HttpClient client;
    private final OpenTelemetry telemetry;
    private final CircuitBreakerGate circuit;

    ModelEndpoint(
            ModelConfig config,
            AgentConfig agentConfig,
            @ConfigProperty(name = "parley.turn.max-in-flight") int maxInFlight,
            Vertx vertx,
            OpenTelemetry telemetry,
            CircuitBreakerGate circuit,
            ObjectMapper json) {
        this.telemetry = telemetry;
        this.circuit = circuit;
        this.config = config;
        this.timeout = agentConfig.timeout().plus(TIMEOUT_MARGIN);
        this.silence = shorter(config.silence(), agentConfig.timeout().dividedBy(2));
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
     * Requests one chat completion. Blocks the calling virtual thread; an interrupt closes the
     * connection.
     *
     * @param mayRetry whether a failed connection may be retried
     * @param stopped whether an interrupt means that the turn was stopped
     * @param sink receives each chunk, in order, on the calling thread
     * @throws ConnectFailed if connecting failed and a retry is allowed
     * @throws AgentUnavailable if connecting failed and no retry is allowed, or the endpoint is
     *     overloaded
     * @throws ModelEndpointFailure if the endpoint answers with an error or malformed data, or
     *     breaks the connection
     * @throws AgentFailed if the endpoint refuses this request
     * @throws AgentTimedOut if the endpoint sends nothing in time, or the time limit interrupts the
     *     thread
     * @throws AnswerTooLong if the time limit interrupts the thread while the answer arrives
     * @throws AgentStopped if the turn was stopped
     */
    @Retry(maxRetries = 2, delay = 100, jitter = 50, retryOn = ConnectFailed.class)
    @CircuitBreaker(
            requestVolumeThreshold = 20,
            failureRatio = 0.5,
            delay = CIRCUIT_DELAY,
            // A refused request of one conversation must not block the model for all other
            // conversations
            skipOn = {AgentFailed.class, AgentStopped.class, AnswerTooLong.class})
    @CircuitBreakerName(CIRCUIT)
    void complete(JsonNode request, boolean mayRetry, BooleanSupplier stopped, ChunkSink sink) {
        try (HttpExchange exchange = connect(mayRetry)) {
            HttpClientResponse head = exchange.send(body(request), timeout.toMillis());
            requireEventStream(head);
            read(exchange, stopped, sink);
        } catch (IOException failure) {
            throw new ModelEndpointFailure(
                    "The connection to the model broke before the answer was complete.", failure);
        } catch (TimeoutException failure) {
            throw new AgentTimedOut("The model sent no data in time.", failure);
        } catch (InterruptedException interruption) {
            throw failureOf(interruption, stopped);
        }
    }

    private HttpExchange connect(boolean mayRetry) throws InterruptedException {
        try {
            return HttpExchange.connect(client, options(), connectMillis());
        } catch (IOException | TimeoutException failure) {
            Log.warnf("The model's endpoint cannot be reached: %s", rootOf(failure));
            throw mayRetry
                    ? new ConnectFailed(failure)
                    : new AgentUnavailable("The model cannot be reached.", failure);
        }
    }

    /**
     * The body of a refusal is not read: it may contain the user's message, which must not be
     * logged.
     */
    private static void requireEventStream(HttpClientResponse head) {
        int status = head.statusCode();
        String type =
                Optional.ofNullable(head.getHeader("Content-Type"))
                        .orElse("none")
                        .toLowerCase(Locale.ROOT);
        if (status == 200 && type.startsWith("text/event-stream")) {
            return;
        }
        Log.warnf("The model's endpoint answered with status %d and content type %s", status, type);
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

    private void read(HttpExchange exchange, BooleanSupplier stopped, ChunkSink sink)
            throws IOException, TimeoutException {
        SseParser parser = new SseParser(MAX_EVENT_LENGTH);
        ChunkPace pace = new ChunkPace(config.maxChunksPerSecond(), System::nanoTime);
        long lastArrival = System.nanoTime();
        try {
            // Some endpoints omit [DONE]; finish_reason says whether the answer is complete
            for (Optional<Buffer> bytes = next(exchange, sink);
                    bytes.isPresent();
                    bytes = next(exchange, sink)) {
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
    private Optional<Buffer> next(HttpExchange exchange, ChunkSink sink)
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
            chunk = json.readValue(data, ChatChunk.class);
        } catch (JsonProcessingException failure) {
            // The cause is left out because it would log parts of the text
            throw new ModelEndpointFailure("The model's answer is malformed.", null);
        }
        if (chunk == null || chunk.error() != null) {
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
        URI base = config.baseUrl().orElseThrow();
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
        // HTTP/2 if ALPN selects it; without TLS there is no ALPN
        return isSecure ? options.setUseAlpn(true).setProtocolVersion(HttpVersion.HTTP_2) : options;
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

    @PreDestroy
    void close() {
        client.close();
    }
}
