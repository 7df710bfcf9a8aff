package dev.parley.turn.engine;

import dev.parley.agent.AgentType;
import dev.parley.conversation.ConversationId;
import dev.parley.turn.AgentResult;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnOutcome;
import dev.parley.turn.TurnRecord;
import dev.parley.turn.TurnRequest;
import dev.parley.turn.TurnStatus;
import dev.parley.turn.store.TurnStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Metrics and traces of turns: a timer and a span for each phase, a span for each tool call. The
 * attributes follow OpenTelemetry's semantic conventions for generative AI.
 */
@Singleton
public class TurnTelemetry {

    private static final AttributeKey<String> OPERATION =
            AttributeKey.stringKey("gen_ai.operation.name");
    private static final AttributeKey<String> AGENT = AttributeKey.stringKey("gen_ai.agent.name");
    private static final AttributeKey<String> CONVERSATION =
            AttributeKey.stringKey("gen_ai.conversation.id");
    private static final AttributeKey<String> TOOL = AttributeKey.stringKey("gen_ai.tool.name");
    private static final AttributeKey<String> TURN = AttributeKey.stringKey("parley.turn.id");
    private static final AttributeKey<Long> INPUT =
            AttributeKey.longKey("gen_ai.usage.input_tokens");
    private static final AttributeKey<Long> OUTPUT =
            AttributeKey.longKey("gen_ai.usage.output_tokens");

    private final MeterRegistry meters;
    private final Tracer tracer;

    TurnTelemetry(MeterRegistry meters, Tracer tracer, RunningTurnRegistry runningTurns) {
        this.meters = meters;
        this.tracer = tracer;
        TimeGauge.builder(
                        "parley.turn.oldest.age",
                        runningTurns,
                        TimeUnit.SECONDS,
                        registry -> registry.oldestAge().toNanos() / 1e9)
                .description("How long the longest-running turn has been running")
                .register(meters);
    }

    /** Measures the open phase; the turn may not have a conversation yet. */
    <T> T opening(TurnRequest turn, Supplier<T> work) {
        return phase("open", "open_turn", attributes(turn.id()).build(), work);
    }

    /** Measures the think phase, in which the agent runs. */
    AgentResult thinking(TurnStore.TurnContext turn, Supplier<AgentResult> work) {
        Attributes attributes =
                attributes(turn.id(), turn.conversation(), turn.agentType())
                        .put(OPERATION, "invoke_agent")
                        .build();
        return phase(
                "think",
                "invoke_agent " + turn.agentType(),
                attributes,
                () -> {
                    AgentResult result = work.get();
                    Span.current()
                            .setAttribute(INPUT, result.usage().inputTokens())
                            .setAttribute(OUTPUT, result.usage().outputTokens());
                    if (result instanceof TurnOutcome outcome
                            && outcome.status() != TurnStatus.SUCCEEDED) {
                        Span.current().setStatus(StatusCode.ERROR, outcome.status().text());
                    }
                    return result;
                });
    }

    /** Measures the settle phase, which stores the ending. */
    <T> T settling(TurnStore.TurnContext turn, Supplier<T> work) {
        return phase(
                "settle",
                "settle_turn",
                attributes(turn.id(), turn.conversation(), turn.agentType()).build(),
                work);
    }

    /** Traces one tool call. */
    <T> T tool(TurnId turn, String tool, Supplier<T> work) {
        return span(
                "execute_tool " + tool,
                attributes(turn).put(OPERATION, "execute_tool").put(TOOL, tool).build(),
                work);
    }

    void ended(TurnRecord turn) {
        turn.endedAt()
                .ifPresent(endedAt ->
                        Timer.builder("parley.turns")
                                .description("Turns that ended, from opening to settling")
                                .tag("agent", turn.agentType().value())
                                .tag("ending", turn.status().text())
                                .register(meters)
                                .record(turn.elapsed(endedAt)));
    }

    private <T> T phase(String phase, String name, Attributes attributes, Supplier<T> work) {
        return Timer.builder("parley.turn.phase")
                .description("Phases of turns: open, think, settle")
                .tag("phase", phase)
                .register(meters)
                .record(() -> span(name, attributes, work));
    }

    private <T> T span(String name, Attributes attributes, Supplier<T> work) {
        Span span = tracer.spanBuilder(name).setAllAttributes(attributes).startSpan();
        try (Scope _ = span.makeCurrent()) {
            return work.get();
        } catch (Throwable failure) {
            // Only the class name: the message may contain user data
            span.setStatus(StatusCode.ERROR, failure.getClass().getSimpleName());
            throw failure;
        } finally {
            span.end();
        }
    }

    private static AttributesBuilder attributes(TurnId turn) {
        return Attributes.builder().put(TURN, turn.toString());
    }

    private static AttributesBuilder attributes(
            TurnId turn, ConversationId conversation, AgentType agent) {
        return attributes(turn)
                .put(CONVERSATION, conversation.toString())
                .put(AGENT, agent.value());
    }
}
