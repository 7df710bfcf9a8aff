package dev.parley.turn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.parley.agent.AgentRun;
import dev.parley.agent.AgentType;
import dev.parley.agent.tool.ToolRefused;
import dev.parley.turn.TurnId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How attempts of a turn are linked, and which outcome a tool call has. */
class TurnTelemetryTest {

    private static final String EARLIER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private final SdkTracerProvider provider =
            SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                    .build();
    private final Tracer tracer = provider.get("test");
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final TurnTelemetry telemetry =
            new TurnTelemetry(meters, tracer, new RunningTurnRegistry());

    @AfterEach
    void close() {
        provider.close();
    }

    @Test
    void linksLaterAttemptToTraceOfEarlierAttempt() {
        String earlier = inSpan(() -> TurnTelemetry.traceparent().orElseThrow());

        inSpan(() -> {
            TurnTelemetry.linkTo(Optional.of(earlier));
            return "";
        });

        SpanData first = exporter.getFinishedSpanItems().getFirst();
        SpanData second = exporter.getFinishedSpanItems().getLast();
        assertThat(earlier).hasSize(55);
        assertThat(second.getTraceId()).isNotEqualTo(first.getTraceId());
        assertThat(second.getLinks())
                .extracting(link -> link.getSpanContext().getSpanId())
                .containsExactly(first.getSpanId());
    }

    @Test
    void linksToSpanOfAnotherProcess() {
        inSpan(() -> {
            TurnTelemetry.linkTo(Optional.of(EARLIER));
            return "";
        });

        assertThat(exporter.getFinishedSpanItems().getFirst().getLinks())
                .extracting(LinkData::getSpanContext)
                .extracting("traceId", "spanId")
                .containsExactly(tuple("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "nonsense", "00-00000000000000000000000000000000-b7ad6b7169203331-01"})
    void linksNothingToMalformedTraceparent(String malformed) {
        inSpan(() -> {
            TurnTelemetry.linkTo(Optional.of(malformed));
            TurnTelemetry.linkTo(Optional.empty());
            return "";
        });

        assertThat(exporter.getFinishedSpanItems().getFirst().getLinks()).isEmpty();
    }

    @Test
    void hasNoTraceparentWhereNothingIsTraced() {
        assertThat(TurnTelemetry.traceparent()).isEmpty();
        TurnTelemetry.linkTo(Optional.of(EARLIER));
    }

    @Test
    void countsToolThatThrowsAsFailed() {
        assertThatThrownBy(() ->
                        telemetry.tool(
                                TurnId.next(),
                                "add_task",
                                "call_1",
                                () -> {
                                    throw new IllegalStateException("secret");
                                }))
                .isInstanceOf(IllegalStateException.class);

        SpanData span = exporter.getFinishedSpanItems().getFirst();
        assertThat(toolCalls("failed", "_OTHER")).isEqualTo(1);
        assertThat(span.getAttributes().get(AttributeKey.stringKey("error.type")))
                .isEqualTo("failed");
        assertThat(span.getAttributes().get(AttributeKey.stringKey("gen_ai.tool.call.id")))
                .isEqualTo("call_1");
        assertThat(span.getStatus().getDescription()).isEqualTo("IllegalStateException");
        assertThat(span.toString()).doesNotContain("secret");
    }

    @Test
    void countsRefusalForAgentThatRuns() {
        try (Scope _ = new AgentRun(new AgentType("news"), "c").makeCurrent()) {
            assertThatThrownBy(() ->
                            telemetry.tool(
                                    TurnId.next(),
                                    "add_task",
                                    "",
                                    () -> {
                                        throw new ToolRefused("no");
                                    }))
                    .isInstanceOf(ToolRefused.class);
        }

        assertThat(toolCalls("refused", "news")).isEqualTo(1);
    }

    @Test
    void cutsCallIdThatModelMakesTooLong() {
        telemetry.tool(TurnId.next(), "add_task", "x".repeat(100_000), () -> "done");

        assertThat(
                        exporter.getFinishedSpanItems()
                                .getFirst()
                                .getAttributes()
                                .get(AttributeKey.stringKey("gen_ai.tool.call.id")))
                .hasSize(128);
    }

    private long toolCalls(String outcome, String agent) {
        return meters.get("gen_ai.execute_tool.duration")
                .tag("gen_ai.tool.name", "add_task")
                .tag("gen_ai.agent.name", agent)
                .tag("outcome", outcome)
                .timer()
                .count();
    }

    private String inSpan(Supplier<String> work) {
        Span span = tracer.spanBuilder("attempt").setNoParent().startSpan();
        try (Scope _ = span.makeCurrent()) {
            return work.get();
        } finally {
            span.end();
        }
    }
}
