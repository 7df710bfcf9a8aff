package dev.parley.quota;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.parley.platform.identity.UserId;
import dev.parley.ratelimit.PlanLookup;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;

/** Looks up the plan of a user for the rate limits, and caches the plan for one minute. */
@ApplicationScoped
// Caffeine loads its generated cache and entry classes by name: a native executable needs them here
@RegisterForReflection(
        classNames = {
            "com.github.benmanes.caffeine.cache.SSMSW",
            "com.github.benmanes.caffeine.cache.PSWMS"
        })
class CachedPlanLookup implements PlanLookup {

    private static final int MAX_CACHED_PLANS = 10_000;

    private final PlanCatalogue plans;
    private final QuotaService quota;
    private final Cache<UserId, String> cache =
            Caffeine.newBuilder()
                    .maximumSize(MAX_CACHED_PLANS)
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
        String plan = cache.getIfPresent(user);
        if (plan == null) {
            // Outside of the cache: no cache lock is held during the database query
            plan = quota.of(user).plan().name();
            cache.put(user, plan);
        }
        return plan;
    }
}
