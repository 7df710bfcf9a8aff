package dev.parley.agent.model;

import dev.parley.agent.GenAiConventions;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Passes the chunks of an answer on; keeps what the call's span tells of the answer. */
final class ObservedChunks implements ChunkSink {

    private static final AttributeKey<String> ID = AttributeKey.stringKey("gen_ai.response.id");
    private static final AttributeKey<String> MODEL =
            AttributeKey.stringKey("gen_ai.response.model");
    private static final AttributeKey<List<String>> FINISH_REASONS =
            AttributeKey.stringArrayKey("gen_ai.response.finish_reasons");
    private static final AttributeKey<Double> TIME_TO_FIRST_CHUNK =
            AttributeKey.doubleKey("gen_ai.response.time_to_first_chunk");

    /** The conventions' reason of an answer that broke off. */
    private static final String BROKEN_OFF = "error";

    private final ChunkSink next;
    private final ModelCallMetrics.Call call;
    private @Nullable Duration timeToFirstChunk;
    private @Nullable String id;
    private @Nullable String model;
    private @Nullable String finishReason;

    ObservedChunks(ChunkSink next, ModelCallMetrics.Call call) {
        this.next = next;
        this.call = call;
    }

    @Override
    public void accept(ChatChunk chunk) {
        if (timeToFirstChunk == null) {
            timeToFirstChunk = call.firstChunk();
        } else {
            call.nextChunk();
        }
        id = id == null ? chunk.id() : id;
        model = model == null ? chunk.model() : model;
        if (finishReason == null && chunk.choice() != null) {
            finishReason = chunk.choice().finishReason();
        }
        next.accept(chunk);
    }

    @Override
    public Duration flushAfter() {
        return next.flushAfter();
    }

    @Override
    public void flush() {
        next.flush();
    }

    /** Adds what is known of the answer; nothing if none has begun. */
    void describe(Span span) {
        if (timeToFirstChunk == null) {
            return;
        }
        span.setAttribute(TIME_TO_FIRST_CHUNK, timeToFirstChunk.toNanos() / 1e9);
        if (id != null) {
            span.setAttribute(ID, GenAiConventions.bounded(id));
        }
        if (model != null) {
            span.setAttribute(MODEL, GenAiConventions.bounded(model));
        }
        span.setAttribute(
                FINISH_REASONS,
                List.of(
                        finishReason == null
                                ? BROKEN_OFF
                                : GenAiConventions.bounded(finishReason)));
    }
}
