package dev.parley.quota;

import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
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

    /** A limit of tokens or of cost, so that no sum overflows. */
    private static final BigDecimal MAX = BigDecimal.valueOf(1_000_000_000_000L);

    private final Map<String, Plan> plansByName;
    private final boolean haveBudgets;
    private final Plan defaultPlan;

    PlanCatalogue(QuotaConfig config) {
        Map<String, Plan> configured = new HashMap<>(Map.of(BUILT_IN.name(), BUILT_IN));
        config.plans().forEach((name, plan) -> configured.put(name, planOf(name, plan)));
        plansByName = Map.copyOf(configured);
        haveBudgets = plansByName.values().stream().anyMatch(Plan::hasBudget);
        Plan configuredDefault = plansByName.get(config.defaultPlan());
        if (configuredDefault == null) {
            throw new IllegalStateException(
                    "parley.quota.default-plan is \"%s\", but the configured plans are %s"
                            .formatted(config.defaultPlan(), plansByName.keySet()));
        }
        defaultPlan = configuredDefault;
    }

    private static Plan planOf(String name, QuotaConfig.Plan plan) {
        String key = "parley.quota.plans." + name;
        plan.tokens()
                .ifPresent(tokens -> requireInRange(key + ".tokens", BigDecimal.valueOf(tokens)));
        plan.cost().ifPresent(cost -> requireInRange(key + ".cost", cost));
        return new Plan(
                name,
                plan.limit(),
                plan.tokens(),
                plan.cost()
                        .map(cost -> OptionalLong.of(Money.millionths(cost)))
                        .orElse(OptionalLong.empty()));
    }

    private static void requireInRange(String key, BigDecimal value) {
        if (value.signum() < 0 || value.compareTo(MAX) > 0) {
            throw new IllegalStateException(
                    "%s must be 0 to %s; leave it out for no limit"
                            .formatted(key, MAX.toPlainString()));
        }
    }

    /** Whether any plan limits tokens or cost. */
    boolean haveBudgets() {
        return haveBudgets;
    }

    /** The plans that limit cost. */
    List<String> withCostLimit() {
        return plansByName.values().stream()
                .filter(plan -> plan.costLimit().isPresent())
                .map(Plan::name)
                .sorted()
                .toList();
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

    /** All plans, sorted by name. */
    List<Plan> all() {
        return plansByName.values().stream().sorted(Comparator.comparing(Plan::name)).toList();
    }

    /** The names of all plans, sorted. */
    List<String> names() {
        return all().stream().map(Plan::name).toList();
    }
}
