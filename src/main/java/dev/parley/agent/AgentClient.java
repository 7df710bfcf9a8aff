package dev.parley.agent;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;
import org.eclipse.microprofile.faulttolerance.Bulkhead;
import org.eclipse.microprofile.faulttolerance.Timeout;

/**
 * Calls an agent with a time limit and a concurrency limit. The circuit breaker and the retries of
 * a model's endpoint belong to the endpoint, so that an unavailable model does not block the agents
 * that need no model.
 *
 * <p>The configuration overrides the values of the annotations: {@code parley.agent.timeout} and
 * {@code parley.turn.max-in-flight}.
 */
@ApplicationScoped
public class AgentClient {

    @Timeout(value = 45, unit = ChronoUnit.SECONDS)
    @Bulkhead(10_000)
    public void answer(Agent agent, AgentRequest request, Consumer<AgentEvent> events) {
        agent.answer(request, events);
    }
}
