package dev.parley.quota;

import dev.parley.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Clock;

/** Charges queries and tells what is left. */
@ApplicationScoped
public class UserQuota {

    private final Quotas quotas;
    private final Plans plans;
    private final Clock clock;

    UserQuota(Quotas quotas, Plans plans, Clock clock) {
        this.quotas = quotas;
        this.plans = plans;
        this.clock = clock;
    }

    /**
     * Counts one query. Part of the transaction that opens the turn, so that there is no charge
     * without a turn and no turn without a charge.
     *
     * @throws QuotaExhausted where none is left
     */
    @Transactional(TxType.MANDATORY)
    public void charge(UserId user) {
        Plan plan = planOf(user);
        Month month = Month.current(clock);
        if (!quotas.charge(user, month, plan.limit())) {
            throw new QuotaExhausted(plan, month.endsAt());
        }
    }

    @Transactional
    public QuotaStatus of(UserId user) {
        Month month = Month.current(clock);
        return new QuotaStatus(planOf(user), quotas.used(user, month), month.endsAt());
    }

    private Plan planOf(UserId user) {
        return plans.isOnlyOne() ? plans.standard() : plans.named(quotas.planNameOf(user));
    }
}
