package dev.parley.quota;

import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The plans of the configuration. */
@Singleton
@Startup
class Plans {

    private final Map<String, Plan> named;
    private final Plan standard;

    Plans(QuotaConfig config) {
        named =
                config.plans().entrySet().stream()
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        Map.Entry::getKey,
                                        plan -> new Plan(plan.getKey(), plan.getValue().limit())));
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
}
