package dev.parley.agent;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;
import org.eclipse.microprofile.faulttolerance.Bulkhead;
import org.eclipse.microprofile.faulttolerance.Timeout;

/**
 * Calls an agent, of whatever kind, within bounds. What concerns one endpoint only, its circuit and
 * its retries, stands with the endpoint, so that a model that is away does not shut out the agents
 * that need none.
 *
 * <p>The values are those of the configuration: {@code parley.agent.timeout} and {@code
 * parley.turn.max-in-flight}.
 */
@ApplicationScoped
public class AgentClient {

    @Timeout(value = 45, unit = ChronoUnit.SECONDS)
    @Bulkhead(10_000)
    public void answer(Agent agent, AgentRequest briefing, Consumer<AgentEvent> hear) {
        agent.answer(briefing, hear);
    }
}
