package dev.parley.quota;

import dev.parley.platform.identity.UserId;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The plans that users are on. Where there is one plan only, nothing is read. */
@Singleton
class UserPlans {

    private final PlanCatalogue plans;
    private final QuotaRepository quotas;

    UserPlans(PlanCatalogue plans, QuotaRepository quotas) {
        this.plans = plans;
        this.quotas = quotas;
    }

    Plan of(UserId user) {
        return of(List.of(user)).apply(user);
    }

    /** Finds the plan of each of the users. */
    Function<UserId, Plan> of(Collection<UserId> users) {
        Map<UserId, String> names = plans.hasSinglePlan() ? Map.of() : quotas.planNames(users);
        return user -> plans.named(names.get(user));
    }
}
