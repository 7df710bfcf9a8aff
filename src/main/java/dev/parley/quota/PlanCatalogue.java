package dev.parley.quota;

import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The plans of the configuration. */
@Singleton
@Startup
class PlanCatalogue {

    /**
     * There is always this one. Not a line of application.properties: beside it the environment's
     * PARLEY_QUOTA_PLANS_FREE_LIMIT would be another spelling of the same key, and lose.
     */
    private static final Plan SHIPPED = new Plan("free", 1_000);

    private final Map<String, Plan> named;
    private final Plan standard;

    PlanCatalogue(QuotaConfig config) {
        Map<String, Plan> configured = new HashMap<>(Map.of(SHIPPED.name(), SHIPPED));
        config.plans().forEach((name, plan) -> configured.put(name, new Plan(name, plan.limit())));
        named = Map.copyOf(configured);
        Plan found = named.get(config.defaultPlan());
        if (found == null) {
            throw new IllegalStateException(
                    "parley.quota.default-plan is \"%s\", but the configured plans are %s"
                            .formatted(config.defaultPlan(), named.keySet()));
        }
        standard = found;
    }

    /** Whether everyone is on the same plan, so that nobody's needs to be looked up. */
    boolean isOnlyOne() {
        return named.size() == 1;
    }

    Plan standard() {
        return standard;
    }

    /** The plan of that name; the default plan where the name has left the configuration. */
    Plan named(@Nullable String name) {
        return name == null ? standard : named.getOrDefault(name, standard);
    }

    Optional<Plan> find(String name) {
        return Optional.ofNullable(named.get(name));
    }

    /** In their order. */
    List<String> names() {
        return named.keySet().stream().sorted().toList();
    }
}
