package dev.parley.agent;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.ImplicitContextKeyed;
import java.util.Optional;

/**
 * The agent that runs on a thread, for the telemetry of what the agent calls. It is part of the
 * OpenTelemetry context and goes wherever the current span goes; it never leaves the process.
 *
 * @param conversation the conversation's id
 */
public record AgentRun(AgentType agent, String conversation) implements ImplicitContextKeyed {

    private static final ContextKey<AgentRun> KEY = ContextKey.named("parley-agent-run");

    /** Empty if no agent runs on this thread. */
    public static Optional<AgentRun> current() {
        return Optional.ofNullable(Context.current().get(KEY));
    }

    /** The agent's name, as a metric's tag. */
    public static String currentAgent() {
        return current().map(run -> run.agent().value()).orElse(GenAiConventions.OTHER);
    }

    @Override
    public Context storeInContext(Context context) {
        return context.with(KEY, this);
    }
}
