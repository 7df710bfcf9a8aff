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
     * This plan always exists. It is not in application.properties: the entry there would take
     * precedence over the environment variable PARLEY_QUOTA_PLANS_FREE_LIMIT, which is another
     * spelling of the same key.
     */
    private static final Plan BUILT_IN = new Plan("free", 1_000);

    private final Map<String, Plan> plansByName;
    private final Plan defaultPlan;

    PlanCatalogue(QuotaConfig config) {
        Map<String, Plan> configured = new HashMap<>(Map.of(BUILT_IN.name(), BUILT_IN));
        config.plans().forEach((name, plan) -> configured.put(name, new Plan(name, plan.limit())));
        plansByName = Map.copyOf(configured);
        Plan configuredDefault = plansByName.get(config.defaultPlan());
        if (configuredDefault == null) {
            throw new IllegalStateException(
                    "parley.quota.default-plan is \"%s\", but the configured plans are %s"
                            .formatted(config.defaultPlan(), plansByName.keySet()));
        }
        defaultPlan = configuredDefault;
    }

    /** Whether only one plan exists, so that no user's plan needs a lookup. */
    boolean hasSinglePlan() {
        return plansByName.size() == 1;
    }

    Plan defaultPlan() {
        return defaultPlan;
    }

    /** The plan with this name; the default plan if the configuration has no such plan any more. */
    Plan named(@Nullable String name) {
        return name == null ? defaultPlan : plansByName.getOrDefault(name, defaultPlan);
    }

    Optional<Plan> find(String name) {
        return Optional.ofNullable(plansByName.get(name));
    }

    /** The names of all plans, sorted. */
    List<String> names() {
        return plansByName.keySet().stream().sorted().toList();
    }
}
