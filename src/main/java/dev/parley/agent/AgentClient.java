package dev.parley.agent;

import io.smallrye.faulttolerance.api.Guard;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.eclipse.microprofile.faulttolerance.Bulkhead;
import org.eclipse.microprofile.faulttolerance.Timeout;

/**
 * Calls an agent with a time limit and a concurrency limit. The circuit breaker and the retries of
 * a model's endpoint belong to the endpoint, so that an unavailable model does not block the agents
 * that need no model.
 *
 * <p>The configuration overrides the values of the annotations: the time limit is the longest
 * timeout of all agents, the concurrency limit {@code parley.turn.max-in-flight}. An agent with a
 * shorter timeout has a time limit of its own within.
 */
@ApplicationScoped
public class AgentClient {

    private final AgentProfiles profiles;
    private final Map<Duration, Guard> shorterLimits;

    AgentClient(AgentProfiles profiles) {
        this.profiles = profiles;
        this.shorterLimits =
                profiles.all().stream()
                        .map(AgentProfile::timeout)
                        .filter(timeout -> timeout.compareTo(profiles.longestTimeout()) < 0)
                        .distinct()
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        Function.identity(), AgentClient::timeLimit));
    }

    @Timeout(value = 45, unit = ChronoUnit.SECONDS)
    @Bulkhead(10_000)
    public void answer(Agent agent, AgentRequest request, Consumer<AgentEvent> events) {
        Guard limit =
                profiles.find(agent.type())
                        .map(AgentProfile::timeout)
                        .map(shorterLimits::get)
                        .orElse(null);
        if (limit == null) {
            agent.answer(request, events);
            return;
        }
        limit.get(
                () -> {
                    agent.answer(request, events);
                    return null;
                },
                Void.class);
    }

    private static Guard timeLimit(Duration timeout) {
        return Guard.create()
                .withDescription("agent timeout " + timeout)
                .withTimeout()
                .duration(timeout.toMillis(), ChronoUnit.MILLIS)
                .done()
                .build();
    }
}
