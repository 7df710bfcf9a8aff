package dev.parley.agent.model;

import dev.parley.agent.AgentRun;
import dev.parley.agent.GenAiConventions;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import jakarta.inject.Singleton;
import java.util.function.Consumer;

/**
 * Records a span and metrics for each call of a model, by OpenTelemetry's semantic conventions for
 * generative AI. The span contains all tries of the call, and never message text.
 */
@Singleton
class ModelCallTracing {

    private static final AttributeKey<Boolean> STREAM =
            AttributeKey.booleanKey("gen_ai.request.stream");

    private final Tracer tracer;
    private final ModelCallMetrics metrics;

    ModelCallTracing(Tracer tracer, ModelCallMetrics metrics) {
        this.tracer = tracer;
        this.metrics = metrics;
    }

    /**
     * Traces one call.
     *
     * @param completion gets the answer's chunks
     * @param call calls the model and passes each chunk to the sink
     */
    void trace(InferenceTarget target, CompletionAccumulator completion, Consumer<ChunkSink> call) {
        Span span = span(target);
        ModelCallMetrics.Call measured = metrics.start(target);
        ObservedChunks chunks = new ObservedChunks(completion, measured);
        String error = "";
        try (Scope _ = span.makeCurrent()) {
            call.accept(chunks);
        } catch (RuntimeException | Error failure) {
            error = failure.getClass().getSimpleName();
            span.setAttribute(GenAiConventions.ERROR_TYPE, error);
            span.setStatus(StatusCode.ERROR);
            throw failure;
        } finally {
            measured.end(error, completion.usage());
            chunks.describe(span);
            span.setAttribute(GenAiConventions.INPUT_TOKENS, completion.usage().inputTokens());
            span.setAttribute(GenAiConventions.OUTPUT_TOKENS, completion.usage().outputTokens());
            span.end();
        }
    }

    private Span span(InferenceTarget target) {
        SpanBuilder span =
                tracer.spanBuilder("chat " + target.model())
                        .setSpanKind(SpanKind.CLIENT)
                        .setAllAttributes(target.attributes())
                        .setAttribute(STREAM, true);
        AgentRun.current()
                .ifPresent(run ->
                        span.setAttribute(GenAiConventions.CONVERSATION_ID, run.conversation())
                                .setAttribute(GenAiConventions.AGENT_NAME, run.agent().value()));
        return span.startSpan();
    }
}
