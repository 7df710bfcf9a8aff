package dev.parley.quota;

import dev.parley.database.Glance;
import dev.parley.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Clock;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

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
     * Counts one query of each user. Part of the transaction that opens their turns, so that there
     * is no charge without a turn and no turn without a charge.
     *
     * @return why not, for each who has none left
     */
    @Transactional(TxType.MANDATORY)
    public Map<UserId, QuotaExhausted> charge(Set<UserId> users) {
        Month month = Month.current(clock);
        Map<UserId, QuotaExhausted> refused = new HashMap<>();
        byPlan(users)
                .forEach((plan, subscribers) -> {
                    Set<UserId> charged = quotas.charge(subscribers, month, plan.limit());
                    subscribers.stream()
                            .filter(user -> !charged.contains(user))
                            .forEach(user ->
                                    refused.put(user, new QuotaExhausted(plan, month.endsAt())));
                });
        return refused;
    }

    @Transactional
    public QuotaStatus of(UserId user) {
        return figures(user).read(quotas.getEntityManager());
    }

    /** The user's plan and what they have used of it this month. */
    public Glance.Part<QuotaStatus> figures(UserId user) {
        Month month = Month.current(clock);
        return new Glance.Part<>(
                """
                select (select plan from subscriptions where user_id = ?),
                    coalesce((select used from quotas where user_id = ? and month = ?), 0)
                """,
                List.of(user.value(), user.value(), month.firstDay()),
                2,
                (row, first) ->
                        new QuotaStatus(
                                plans.named(row.getString(first)),
                                row.getInt(first + 1),
                                month.endsAt()));
    }

    /** Plans in one order for everybody, since their subscribers' rows are locked in it. */
    private SortedMap<Plan, List<UserId>> byPlan(Set<UserId> users) {
        Map<UserId, String> names = plans.isOnlyOne() ? Map.of() : quotas.planNames(users);
        return users.stream()
                .collect(
                        Collectors.groupingBy(
                                user -> plans.named(names.get(user)),
                                () -> new TreeMap<>(Comparator.comparing(Plan::name)),
                                Collectors.toList()));
    }
}
