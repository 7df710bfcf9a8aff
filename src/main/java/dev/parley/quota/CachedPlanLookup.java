package dev.parley.quota;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.parley.platform.identity.UserId;
import dev.parley.ratelimit.PlanLookup;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;

/** Tells the limits which plan somebody is on, without asking the database each time. */
@ApplicationScoped
// The cache and its entries, which the library generates and finds by name, in a native executable
// too
@RegisterForReflection(
        classNames = {
            "com.github.benmanes.caffeine.cache.SSMSW",
            "com.github.benmanes.caffeine.cache.PSWMS"
        })
class CachedPlanLookup implements PlanLookup {

    private static final int MAX_COUNT = 10_000;

    private final PlanCatalogue plans;
    private final QuotaService quota;
    private final Cache<UserId, String> known =
            Caffeine.newBuilder()
                    .maximumSize(MAX_COUNT)
                    .expireAfterWrite(Duration.ofMinutes(1))
                    .build();

    CachedPlanLookup(PlanCatalogue plans, QuotaService quota) {
        this.plans = plans;
        this.quota = quota;
    }

    @Override
    public Collection<String> plans() {
        return plans.names();
    }

    @Override
    public String of(UserId user) {
        String plan = known.getIfPresent(user);
        if (plan == null) {
            // Not inside of the cache: nothing is held while the database is asked
            plan = quota.of(user).plan().name();
            known.put(user, plan);
        }
        return plan;
    }
}
