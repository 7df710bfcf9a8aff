package dev.parley.turn.engine;

import dev.parley.turn.store.TurnStore;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import java.util.Map;
import org.jboss.logging.MDC;

/** Puts the turn and its trace into the log context (MDC). */
final class TurnLogContext {

    private TurnLogContext() {}

    /** From here on, log lines of this thread name this turn. */
    static void put(TurnStore.TurnContext turn) {
        MDC.put("turn", turn.id().toString());
        MDC.put("conversation", turn.conversation().toString());
        SpanContext trace = Span.current().getSpanContext();
        if (trace.isValid()) {
            MDC.put("traceId", trace.getTraceId());
            MDC.put("spanId", trace.getSpanId());
        } else {
            MDC.remove("traceId");
            MDC.remove("spanId");
        }
    }

    /** The log context of this thread, for another thread that works for it. */
    static Map<String, Object> current() {
        return Map.copyOf(MDC.getMap());
    }

    static void put(Map<String, Object> values) {
        values.forEach(MDC::put);
    }
}
