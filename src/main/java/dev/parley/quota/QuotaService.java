package dev.parley.quota;

import dev.parley.platform.database.sql.CombinedQuery;
import dev.parley.platform.database.sql.LockWait;
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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** Charges queries, gives queries back, and returns how many queries are left. */
@ApplicationScoped
public class QuotaService {

    private static final int HISTORY_MONTHS = 12;

    /** Together with {@link #PAUSE}, 100 ms for a counter that another transaction has locked. */
    private static final int MAX_ATTEMPTS = 21;

    private static final Duration PAUSE = Duration.ofMillis(5);

    private final QuotaRepository quotas;
    private final PlanCatalogue plans;
    private final Event<QuotaThresholdReached> thresholdReached;
    private final Clock clock;
    private final TransactionSynchronizationRegistry transactions;
    private final Counter charged;
    private final Counter refused;
    private final Counter refunded;

    QuotaService(
            QuotaRepository quotas,
            PlanCatalogue plans,
            Event<QuotaThresholdReached> thresholdReached,
            Clock clock,
            TransactionSynchronizationRegistry transactions,
            MeterRegistry meters) {
        this.transactions = transactions;
        this.charged = counter("charged", meters);
        this.refused = counter("refused", meters);
        this.refunded = counter("refunded", meters);
        this.thresholdReached = thresholdReached;
        this.quotas = quotas;
        this.plans = plans;
        this.clock = clock;
    }

    /**
     * Charges queries, in the transaction that opens the turns, so that there is no charge without
     * a turn and no turn without a charge. If a user has too few queries left for all charges, the
     * charges are made in their order, and a charge that costs more than is left is refused.
     *
     * @param lockWait whether to wait for counters that other transactions have locked, or to give
     *     them up after 100 ms
     * @return the charges that were not made
     */
    @Transactional(TxType.MANDATORY)
    public Uncharged charge(List<Charge> charges, LockWait lockWait) {
        Month month = Month.current(clock);
        Uncharged uncharged = new Uncharged(new HashMap<>(), new HashSet<>());
        List<QuotaThresholdReached.ByUser> reached = new ArrayList<>();
        byPlan(charges)
                .forEach((plan, chargesOfPlan) ->
                        reached.addAll(charge(chargesOfPlan, month, plan, lockWait, uncharged)));
        if (!reached.isEmpty()) {
            thresholdReached.fire(new QuotaThresholdReached(reached));
        }
        countAfterCommit(charges, uncharged);
        return uncharged;
    }

    /**
     * Gives back the queries of a turn that ends before it began, in the transaction that ends the
     * turn: to the month in which they were charged, whatever the user's plan is now. Repeated, it
     * changes nothing.
     *
     * @param openedAt when the turn was opened; the turn was charged in that month, or at midnight
     *     in the next
     */
    @Transactional(TxType.MANDATORY)
    public void refund(UserId user, UUID turnId, Instant openedAt) {
        Month opened = Month.of(openedAt);
        quotas.chargedMonth(user, turnId, List.of(opened, opened.next()))
                .map(month -> quotas.refund(user, month, turnId))
                .ifPresent(queries -> afterCommit(() -> refunded.increment(queries)));
    }

    /**
     * Charges the queries of a plan's users.
     *
     * @param uncharged receives the charges that were not made
     * @return the thresholds that the other charges reached
     */
    private List<QuotaThresholdReached.ByUser> charge(
            List<Charge> charges, Month month, Plan plan, LockWait lockWait, Uncharged uncharged) {
        Map<UUID, QuotaRepository.Decision> decisions = decide(charges, month, plan, lockWait);
        List<QuotaThresholdReached.ByUser> reached = new ArrayList<>();
        for (Charge charge : charges) {
            QuotaRepository.Decision decision = decisions.get(charge.turnId());
            if (decision == null) {
                uncharged.locked().add(charge.turnId());
                continue;
            }
            QuotaStatus status = new QuotaStatus(plan, decision.used(), month.endsAt());
            if (!decision.isCharged()) {
                QuotaExhausted refusal =
                        new QuotaExhausted(status, charge.queries(), clock.instant());
                uncharged.exhausted().put(charge.turnId(), refusal);
            } else if (plan.reachesThreshold(status.used() - charge.queries(), status.used())) {
                reached.add(
                        new QuotaThresholdReached.ByUser(
                                charge.user(), plan, status.used(), status.resetsAt()));
            }
        }
        return reached;
    }

    /**
     * Counts the queries of a plan's users. A counter is locked for some milliseconds by each
     * transaction that charges its user, so a locked counter is tried again for a moment.
     */
    private Map<UUID, QuotaRepository.Decision> decide(
            List<Charge> charges, Month month, Plan plan, LockWait lockWait) {
        Map<UUID, QuotaRepository.Decision> decisions = new HashMap<>();
        List<Charge> remaining = charges;
        for (int attempt = 1; !remaining.isEmpty() && attempt <= MAX_ATTEMPTS; attempt++) {
            if (attempt > 1) {
                LockSupport.parkNanos(PAUSE.toNanos());
            }
            decisions.putAll(
                    quotas.charge(remaining, month, plan.limit(), lockWait, clock.instant()));
            remaining =
                    charges.stream()
                            .filter(charge -> !decisions.containsKey(charge.turnId()))
                            .toList();
        }
        return decisions;
    }

    /** Counts only after the commit: a warm-up turn is rolled back and is never charged. */
    private void countAfterCommit(List<Charge> charges, Uncharged uncharged) {
        int refusedCount = queries(charges, uncharged.exhausted().keySet());
        int chargedCount = queries(charges) - refusedCount - queries(charges, uncharged.locked());
        afterCommit(() -> {
            charged.increment(chargedCount);
            refused.increment(refusedCount);
        });
    }

    private void afterCommit(Runnable count) {
        transactions.registerInterposedSynchronization(
                new Synchronization() {
                    @Override
                    public void beforeCompletion() {}

                    @Override
                    public void afterCompletion(int status) {
                        if (status == Status.STATUS_COMMITTED) {
                            count.run();
                        }
                    }
                });
    }

    private static int queries(List<Charge> charges, Set<UUID> turns) {
        return queries(charges.stream().filter(charge -> turns.contains(charge.turnId())).toList());
    }

    private static int queries(List<Charge> charges) {
        return charges.stream().mapToInt(Charge::queries).sum();
    }

    private static Counter counter(String outcome, MeterRegistry meters) {
        return Counter.builder("parley.quota.queries")
                .description(
                        "Queries that were charged, refused because too few were left, or given"
                                + " back")
                .tag("outcome", outcome)
                .register(meters);
    }

    @Transactional
    public QuotaStatus of(UserId user) {
        return status(user).read(quotas.getEntityManager());
    }

    /** The queries of the user per day of this month and per month of the last twelve months. */
    @Transactional
    public QuotaHistory history(UserId user) {
        return new QuotaHistory(
                quotas.days(user, Month.current(clock)), quotas.months(user, HISTORY_MONTHS));
    }

    /**
     * Assigns a plan to a user; the plan applies from the next query on.
     *
     * @throws UnknownPlan if the plan does not exist
     * @throws UserNotFound if the user does not exist
     */
    @Transactional
    public void assignPlan(UserId user, String plan) {
        Plan newPlan = plans.find(plan).orElseThrow(() -> new UnknownPlan(plans.names()));
        try {
            quotas.assignPlan(user, newPlan);
        } catch (RuntimeException failure) {
            throw SqlErrors.isMissingUser(failure) ? new UserNotFound(user) : failure;
        }
    }

    /** The user's plan and the queries that the user has used this month. */
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

    /** Sorted by plan: the rows of the users are locked in this order, which prevents deadlocks. */
    private SortedMap<Plan, List<Charge>> byPlan(List<Charge> charges) {
        Map<UserId, String> names =
                plans.hasSinglePlan()
                        ? Map.of()
                        : quotas.planNames(charges.stream().map(Charge::user).toList());
        return charges.stream()
                .collect(
                        Collectors.groupingBy(
                                charge -> plans.named(names.get(charge.user())),
                                () -> new TreeMap<>(Comparator.comparing(Plan::name)),
                                Collectors.toList()));
    }

    /**
     * Charges that were not made, by their turns.
     *
     * @param exhausted turns that cost more queries than their users have left
     * @param locked turns of users whose counter another transaction has locked
     */
    public record Uncharged(Map<UUID, QuotaExhausted> exhausted, Set<UUID> locked) {}
}
