package dev.parley.agent.model;

import dev.parley.agent.AgentRun;
import dev.parley.agent.GenAiConventions;
import dev.parley.agent.Usage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The metrics of calls of a model, by OpenTelemetry's semantic conventions for generative AI. A
 * tag's value is a name of the configuration or of the code. The model's name in an answer is the
 * endpoint's and could be any text, so it is in the span only.
 */
@Singleton
class ModelCallMetrics {

    private final MeterProvider<Timer> durations;
    private final MeterProvider<Timer> firstChunks;
    private final MeterProvider<Timer> nextChunks;
    private final MeterProvider<Counter> inputTokens;
    private final MeterProvider<Counter> outputTokens;

    ModelCallMetrics(MeterRegistry meters) {
        durations =
                GenAiConventions.duration(
                                "gen_ai.client.inference.duration",
                                "Calls of the model, from the request to the end of the answer")
                        .withRegistry(meters);
        firstChunks =
                GenAiConventions.duration(
                                "gen_ai.client.inference.time_to_first_chunk",
                                "Time from the request to the first chunk of the model's answer")
                        .withRegistry(meters);
        nextChunks =
                GenAiConventions.duration(
                                "gen_ai.client.inference.time_per_output_chunk",
                                "Time from one chunk of the model's answer to the next")
                        .withRegistry(meters);
        inputTokens = tokens("input", "Tokens of the requests").withRegistry(meters);
        outputTokens = tokens("output", "Tokens of the answers").withRegistry(meters);
    }

    private static Counter.Builder tokens(String direction, String description) {
        return Counter.builder("gen_ai.client.inference.usage." + direction + "_tokens")
                .description(description + ", as the model's endpoint counts them")
                // Requests and answers are texts
                .tag("gen_ai.token.modality", "text");
    }

    /** Starts to measure a call of the agent that runs on this thread. */
    Call start(InferenceTarget target) {
        return new Call(
                target.tags().and(GenAiConventions.AGENT_NAME.getKey(), AgentRun.currentAgent()));
    }

    /** One call. */
    final class Call {

        private final Tags tags;
        private final Timer chunks;
        private final long startedAt = System.nanoTime();
        private long lastChunkAt;

        private Call(Tags tags) {
            this.tags = tags;
            this.chunks = nextChunks.withTags(tags);
        }

        /** Returns the time since the request. */
        Duration firstChunk() {
            lastChunkAt = System.nanoTime();
            Duration elapsed = Duration.ofNanos(lastChunkAt - startedAt);
            firstChunks.withTags(tags).record(elapsed);
            return elapsed;
        }

        void nextChunk() {
            long now = System.nanoTime();
            chunks.record(now - lastChunkAt, TimeUnit.NANOSECONDS);
            lastChunkAt = now;
        }

        /**
         * @param error the name of the failure's class; empty if the call did not fail
         */
        void end(String error, Usage usage) {
            durations
                    .withTags(tags.and(GenAiConventions.ERROR_TYPE.getKey(), error))
                    .record(Duration.ofNanos(System.nanoTime() - startedAt));
            inputTokens.withTags(tags).increment((double) usage.inputTokens());
            outputTokens.withTags(tags).increment((double) usage.outputTokens());
        }
    }
}
