package dev.parley.turn.engine;

import dev.parley.agent.AgentRun;
import dev.parley.agent.AgentType;
import dev.parley.agent.GenAiConventions;
import dev.parley.agent.Usage;
import dev.parley.agent.tool.ToolRefused;
import dev.parley.turn.AgentResult;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnOutcome;
import dev.parley.turn.TurnRecord;
import dev.parley.turn.TurnRequest;
import dev.parley.turn.store.TurnStore;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Metrics and traces of turns: a timer and a span for each phase, each run of an agent and each
 * tool call. The names follow OpenTelemetry's semantic conventions for generative AI. No span and
 * no metric contains message text, a tool's arguments or a tool's result.
 */
@Singleton
public class TurnTelemetry {

    private static final AttributeKey<String> TURN = AttributeKey.stringKey("parley.turn.id");
    private static final AttributeKey<String> TOOL = AttributeKey.stringKey("gen_ai.tool.name");
    private static final AttributeKey<String> TOOL_TYPE =
            AttributeKey.stringKey("gen_ai.tool.type");
    private static final AttributeKey<String> TOOL_CALL =
            AttributeKey.stringKey("gen_ai.tool.call.id");

    /** The conventions' type of a tool that is executed on the model's client. */
    private static final String FUNCTION = "function";

    private static final String REFUSED = "refused";
    private static final String FAILED = "failed";
    private static final String TRACEPARENT = "traceparent";

    private final Tracer tracer;
    private final MeterProvider<Timer> turns;
    private final MeterProvider<Timer> phases;
    private final MeterProvider<Timer> agentRuns;
    private final MeterProvider<Timer> toolCalls;

    TurnTelemetry(MeterRegistry meters, Tracer tracer, RunningTurnRegistry runningTurns) {
        this.tracer = tracer;
        turns =
                Timer.builder("parley.turns")
                        .description("Turns that ended, from opening to settling")
                        .withRegistry(meters);
        phases =
                Timer.builder("parley.turn.phase")
                        .description("Phases of turns: open, think, settle")
                        .withRegistry(meters);
        agentRuns =
                GenAiConventions.duration("gen_ai.invoke_agent.duration", "Runs of agents")
                        .withRegistry(meters);
        toolCalls =
                GenAiConventions.duration("gen_ai.execute_tool.duration", "Tool calls of agents")
                        .tag(TOOL_TYPE.getKey(), FUNCTION)
                        .withRegistry(meters);
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
        return phase("open", () -> span("open_turn", attributes(turn.id()), work));
    }

    /** Measures the think phase, in which the agent runs. */
    AgentResult thinking(TurnStore.TurnContext turn, Supplier<AgentResult> work) {
        return phase(
                "think",
                () ->
                        invoking(
                                turn,
                                turn.agentType(),
                                TurnTelemetry::errorCode,
                                () -> {
                                    AgentResult result = work.get();
                                    tokensUsed(result.usage());
                                    return result;
                                }));
    }

    private static Optional<String> errorCode(AgentResult result) {
        return result instanceof TurnOutcome outcome
                ? outcome.error().map(TurnRecord.TurnError::code)
                : Optional.empty();
    }

    /**
     * Measures one run of an agent. The calls of models and tools on this thread, and on each
     * thread that gets its OpenTelemetry context, count as this agent's.
     *
     * @param error the stable code of the failure that a result stands for; empty for a success
     */
    <T> T invoking(
            TurnStore.TurnContext turn,
            AgentType agent,
            Function<T, Optional<String>> error,
            Supplier<T> work) {
        AgentRun run = new AgentRun(agent, turn.conversation().toString());
        return span(
                "invoke_agent " + agent,
                attributes(turn.id())
                        .put(GenAiConventions.OPERATION_NAME, "invoke_agent")
                        .put(GenAiConventions.CONVERSATION_ID, run.conversation())
                        .put(GenAiConventions.AGENT_NAME, agent.value()),
                error,
                failure -> failure.getClass().getSimpleName(),
                (code, elapsed) ->
                        agentRuns
                                .withTags(
                                        GenAiConventions.AGENT_NAME.getKey(),
                                        agent.value(),
                                        GenAiConventions.ERROR_TYPE.getKey(),
                                        code)
                                .record(elapsed),
                () -> {
                    try (Scope _ = run.makeCurrent()) {
                        return work.get();
                    }
                });
    }

    /** Adds the tokens that an agent used to the span of its run. */
    private static void tokensUsed(Usage usage) {
        Span.current()
                .setAttribute(GenAiConventions.INPUT_TOKENS, usage.inputTokens())
                .setAttribute(GenAiConventions.OUTPUT_TOKENS, usage.outputTokens());
    }

    /** Measures the settle phase, which stores the ending. */
    <T> T settling(TurnStore.TurnContext turn, Supplier<T> work) {
        return phase(
                "settle",
                () ->
                        span(
                                "settle_turn",
                                attributes(turn.id())
                                        .put(
                                                GenAiConventions.CONVERSATION_ID,
                                                turn.conversation().toString())
                                        .put(GenAiConventions.AGENT_NAME, turn.agentType().value()),
                                work));
    }

    /**
     * Measures one tool call of the agent that runs on this thread.
     *
     * @param tool the name of a tool that exists: it becomes part of a metric
     * @param callId the id that the agent gave to the call; may be empty
     * @param work throws {@link ToolRefused} if the tool refuses the call, and another exception if
     *     the tool fails
     */
    <T> T tool(TurnId turn, String tool, String callId, Supplier<T> work) {
        AttributesBuilder attributes =
                attributes(turn)
                        .put(GenAiConventions.OPERATION_NAME, "execute_tool")
                        .put(TOOL, tool)
                        .put(TOOL_TYPE, FUNCTION);
        if (!callId.isEmpty()) {
            attributes.put(TOOL_CALL, GenAiConventions.bounded(callId));
        }
        AgentRun.current()
                .ifPresent(run ->
                        attributes
                                .put(GenAiConventions.AGENT_NAME, run.agent().value())
                                .put(GenAiConventions.CONVERSATION_ID, run.conversation()));
        return span(
                "execute_tool " + tool,
                attributes,
                _ -> Optional.empty(),
                failure -> failure instanceof ToolRefused ? REFUSED : FAILED,
                (error, elapsed) -> toolCalled(tool, error, elapsed),
                work);
    }

    /**
     * Counts a call that was refused before any tool was executed. The tool's name is the model's
     * invention or its arguments are unreadable, so the call is counted without a name.
     */
    void toolRefused() {
        toolCalled(GenAiConventions.OTHER, REFUSED, Duration.ZERO);
    }

    private void toolCalled(String tool, String error, Duration elapsed) {
        toolCalls
                .withTags(
                        TOOL.getKey(),
                        tool,
                        GenAiConventions.AGENT_NAME.getKey(),
                        AgentRun.currentAgent(),
                        GenAiConventions.ERROR_TYPE.getKey(),
                        error,
                        "outcome",
                        error.isEmpty() ? "ok" : error)
                .record(elapsed);
    }

    void ended(TurnRecord turn) {
        turn.endedAt()
                .ifPresent(endedAt ->
                        turns.withTags(
                                        "agent",
                                        turn.agentType().value(),
                                        "ending",
                                        turn.status().text())
                                .record(turn.elapsed(endedAt)));
    }

    /**
     * The current span, to be linked to by a later attempt of the turn: as the header {@code
     * traceparent} of W3C's Trace Context, 55 characters. Empty if nothing is traced.
     */
    static Optional<String> traceparent() {
        Map<String, String> headers = new HashMap<>();
        W3CTraceContextPropagator.getInstance()
                .inject(
                        Context.current(),
                        headers,
                        (carrier, name, value) -> {
                            if (carrier != null) {
                                carrier.put(name, value);
                            }
                        });
        return Optional.ofNullable(headers.get(TRACEPARENT));
    }

    /**
     * Links the current span to the span of an earlier attempt. A turn that waited, perhaps for
     * days, continues in a trace of its own.
     *
     * @param traceparent what {@link #traceparent()} returned then; a malformed text links nothing
     */
    static void linkTo(Optional<String> traceparent) {
        Context earlier =
                W3CTraceContextPropagator.getInstance()
                        .extract(
                                Context.root(),
                                traceparent.map(text -> Map.of(TRACEPARENT, text)).orElse(Map.of()),
                                new HeaderGetter());
        SpanContext span = Span.fromContext(earlier).getSpanContext();
        if (span.isValid()) {
            Span.current().addLink(span);
        }
    }

    private <T> T phase(String phase, Supplier<T> work) {
        return phases.withTags("phase", phase).record(work);
    }

    private <T> T span(String name, AttributesBuilder attributes, Supplier<T> work) {
        return span(
                name,
                attributes,
                _ -> Optional.empty(),
                failure -> failure.getClass().getSimpleName(),
                (_, _) -> {},
                work);
    }

    /**
     * @param error the error that a result stands for
     * @param thrownError the error that an exception stands for; never its message, which may
     *     contain user data
     */
    private <T> T span(
            String name,
            AttributesBuilder attributes,
            Function<T, Optional<String>> error,
            Function<Throwable, String> thrownError,
            Measurement measurement,
            Supplier<T> work) {
        long startedAt = System.nanoTime();
        String code = "";
        Span span = tracer.spanBuilder(name).setAllAttributes(attributes.build()).startSpan();
        try (Scope _ = span.makeCurrent()) {
            T result = work.get();
            code = error.apply(result).orElse("");
            if (!code.isEmpty()) {
                span.setStatus(StatusCode.ERROR);
            }
            return result;
        } catch (Throwable failure) {
            code = thrownError.apply(failure);
            span.setStatus(StatusCode.ERROR, failure.getClass().getSimpleName());
            throw failure;
        } finally {
            if (!code.isEmpty()) {
                span.setAttribute(GenAiConventions.ERROR_TYPE, code);
            }
            span.end();
            measurement.ended(code, Duration.ofNanos(System.nanoTime() - startedAt));
        }
    }

    private static AttributesBuilder attributes(TurnId turn) {
        return Attributes.builder().put(TURN, turn.toString());
    }

    /** Records how long something took. */
    private interface Measurement {

        /**
         * @param error empty for a success
         */
        void ended(String error, Duration elapsed);
    }

    private static final class HeaderGetter implements TextMapGetter<Map<String, String>> {

        @Override
        public Iterable<String> keys(Map<String, String> headers) {
            return headers.keySet();
        }

        @Override
        public @Nullable String get(@Nullable Map<String, String> headers, String name) {
            return headers == null ? null : headers.get(name);
        }
    }
}
