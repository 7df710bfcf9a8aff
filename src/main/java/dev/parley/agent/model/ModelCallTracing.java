package dev.parley.agent.model;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import jakarta.inject.Singleton;

/**
 * Records a span for each call of the model, with the attributes of OpenTelemetry's semantic
 * conventions for generative AI. The span never contains message text.
 */
@Singleton
class ModelCallTracing {

    private static final AttributeKey<String> OPERATION =
            AttributeKey.stringKey("gen_ai.operation.name");
    private static final AttributeKey<String> PROVIDER =
            AttributeKey.stringKey("gen_ai.provider.name");
    private static final AttributeKey<String> MODEL =
            AttributeKey.stringKey("gen_ai.request.model");
    private static final AttributeKey<Long> INPUT =
            AttributeKey.longKey("gen_ai.usage.input_tokens");
    private static final AttributeKey<Long> OUTPUT =
            AttributeKey.longKey("gen_ai.usage.output_tokens");
    private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

    private final Tracer tracer;
    private final ModelConfig config;

    ModelCallTracing(Tracer tracer, ModelConfig config) {
        this.tracer = tracer;
        this.config = config;
    }

    void trace(CompletionAccumulator completion, Runnable call) {
        Span span =
                tracer.spanBuilder("chat " + config.name())
                        .setSpanKind(SpanKind.CLIENT)
                        .setAttribute(OPERATION, "chat")
                        .setAttribute(PROVIDER, "openai")
                        .setAttribute(MODEL, config.name())
                        .startSpan();
        try (Scope _ = span.makeCurrent()) {
            call.run();
        } catch (RuntimeException failure) {
            span.setAttribute(ERROR, failure.getClass().getSimpleName());
            span.setStatus(StatusCode.ERROR);
            throw failure;
        } finally {
            span.setAttribute(INPUT, completion.usage().inputTokens())
                    .setAttribute(OUTPUT, completion.usage().outputTokens());
            span.end();
        }
    }
}
