package dev.parley.quota;

import dev.parley.platform.database.sql.CombinedQuery;
import dev.parley.platform.database.sql.SqlErrors;
import dev.parley.platform.identity.UserId;
import dev.parley.userdata.UserNotFound;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Charges queries and tells what is left. */
@ApplicationScoped
public class QuotaService {

    private static final int MONTHS = 12;

    private final QuotaRepository quotas;
    private final PlanCatalogue plans;
    private final Event<QuotaThresholdReached> quotaReached;
    private final Clock clock;
    private final TransactionSynchronizationRegistry transactions;
    private final Counter charged;
    private final Counter refused;

    QuotaService(
            QuotaRepository quotas,
            PlanCatalogue plans,
            Event<QuotaThresholdReached> quotaReached,
            Clock clock,
            TransactionSynchronizationRegistry transactions,
            MeterRegistry meters) {
        this.transactions = transactions;
        this.charged = counter("charged", meters);
        this.refused = counter("refused", meters);
        this.quotaReached = quotaReached;
        this.quotas = quotas;
        this.plans = plans;
        this.clock = clock;
    }

    /**
     * Counts one query of each user. Part of the transaction that opens their turns, so that there
     * is no charge without a turn and no turn without a charge.
     *
     * @param queries no two of one user
     * @return why not, for each who has none left
     */
    @Transactional(TxType.MANDATORY)
    public Map<UserId, QuotaExhausted> charge(List<Charge> queries) {
        Month month = Month.current(clock);
        Map<UserId, QuotaExhausted> refused = new HashMap<>();
        List<QuotaThresholdReached.ByUser> reached = new ArrayList<>();
        byPlan(queries)
                .forEach((plan, theirs) -> {
                    Map<UserId, Integer> used =
                            quotas.charge(theirs, month, plan.limit(), clock.instant());
                    for (Charge query : theirs) {
                        Integer count = used.get(query.user());
                        if (count == null) {
                            refused.put(
                                    query.user(),
                                    new QuotaExhausted(plan, month.endsAt(), clock.instant()));
                        } else if (plan.isThreshold(count)) {
                            reached.add(
                                    new QuotaThresholdReached.ByUser(
                                            query.user(), plan, count, month.endsAt()));
                        }
                    }
                });
        if (!reached.isEmpty()) {
            quotaReached.fire(new QuotaThresholdReached(reached));
        }
        countAfterCommit(queries.size() - refused.size(), refused.size());
        return refused;
    }

    /** What is taken back, as a rehearsal is, was never charged. */
    private void countAfterCommit(int charges, int refusals) {
        transactions.registerInterposedSynchronization(
                new Synchronization() {
                    @Override
                    public void beforeCompletion() {}

                    @Override
                    public void afterCompletion(int status) {
                        if (status == Status.STATUS_COMMITTED) {
                            charged.increment(charges);
                            refused.increment(refusals);
                        }
                    }
                });
    }

    private static Counter counter(String outcome, MeterRegistry meters) {
        return Counter.builder("parley.quota.queries")
                .description("Queries that were charged, or refused since the quota was used up")
                .tag("outcome", outcome)
                .register(meters);
    }

    @Transactional
    public QuotaStatus of(UserId user) {
        return status(user).read(quotas.getEntityManager());
    }

    /** What the user has used this month, day by day, and in the months before. */
    @Transactional
    public QuotaHistory history(UserId user) {
        return new QuotaHistory(
                quotas.days(user, Month.current(clock)), quotas.months(user, MONTHS));
    }

    /**
     * Puts a user on a plan, from the next query on.
     *
     * @throws UnknownPlan where there is no such plan
     * @throws UserNotFound where there is no such user
     */
    @Transactional
    public void assignPlan(UserId user, String plan) {
        Plan wanted = plans.find(plan).orElseThrow(() -> new UnknownPlan(plans.names()));
        try {
            quotas.assignPlan(user, wanted);
        } catch (RuntimeException failure) {
            throw SqlErrors.isMissingUser(failure) ? new UserNotFound(user) : failure;
        }
    }

    /** The user's plan and what they have used of it this month. */
    public CombinedQuery.SubQuery<QuotaStatus> status(UserId user) {
        Month month = Month.current(clock);
        return new CombinedQuery.SubQuery<>(
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
    private SortedMap<Plan, List<Charge>> byPlan(List<Charge> queries) {
        Map<UserId, String> names =
                plans.isOnlyOne()
                        ? Map.of()
                        : quotas.planNames(queries.stream().map(Charge::user).toList());
        return queries.stream()
                .collect(
                        Collectors.groupingBy(
                                query -> plans.named(names.get(query.user())),
                                () -> new TreeMap<>(Comparator.comparing(Plan::name)),
                                Collectors.toList()));
    }
}
