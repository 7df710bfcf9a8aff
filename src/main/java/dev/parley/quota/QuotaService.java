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
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
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
    private final UserPlans userPlans;
    private final Event<QuotaThresholdReached> thresholdReached;
    private final Clock clock;
    private final BudgetService budgets;
    private final QuotaConfig config;
    private final AfterCommit afterCommit;
    private final Counter charged;
    private final Counter refused;
    private final Counter refunded;

    QuotaService(
            QuotaRepository quotas,
            PlanCatalogue plans,
            UserPlans userPlans,
            Event<QuotaThresholdReached> thresholdReached,
            Clock clock,
            BudgetService budgets,
            QuotaConfig config,
            AfterCommit afterCommit,
            MeterRegistry meters) {
        this.budgets = budgets;
        this.config = config;
        this.afterCommit = afterCommit;
        this.charged = counter("charged", meters);
        this.refused = counter("refused", meters);
        this.refunded = counter("refunded", meters);
        this.thresholdReached = thresholdReached;
        this.quotas = quotas;
        this.plans = plans;
        this.userPlans = userPlans;
        this.clock = clock;
    }

    /**
     * Charges queries, in the transaction that opens the turns, so that there is no charge without
     * a turn and no turn without a charge. If a user has too few queries left for all charges, the
     * charges are made in their order, and a charge that costs more than is left is refused.
     *
     * @param lockWait whether to wait for counters that other transactions have locked, or to give
     *     them up after 100 ms
     * @return what became of the charges
     */
    @Transactional(TxType.MANDATORY)
    public Charged charge(List<Charge> charges, LockWait lockWait) {
        Month month = Month.current(clock);
        Charged result = new Charged(new HashMap<>(), new HashMap<>(), new HashSet<>());
        List<QuotaThresholdReached.ByUser> reached = new ArrayList<>();
        byPlan(charges)
                .forEach((plan, chargesOfPlan) ->
                        reached.addAll(charge(chargesOfPlan, month, plan, lockWait, result)));
        budgets.reserve(charges, result.reservations());
        if (!reached.isEmpty()) {
            thresholdReached.fire(new QuotaThresholdReached(reached));
        }
        countAfterCommit(charges, result);
        return result;
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
                .ifPresent(queries -> afterCommit.run(() -> refunded.increment(queries)));
    }

    /**
     * Charges the queries of a plan's users.
     *
     * @param result receives what became of the charges
     * @return the thresholds that the charges reached
     */
    private List<QuotaThresholdReached.ByUser> charge(
            List<Charge> charges, Month month, Plan plan, LockWait lockWait, Charged result) {
        Map<UUID, QuotaRepository.Decision> decisions =
                decide(charges, month, plan, lockWait, result);
        List<QuotaThresholdReached.ByUser> reached = new ArrayList<>();
        for (Charge charge : charges) {
            QuotaRepository.Decision decision = decisions.get(charge.turnId());
            if (decision == null) {
                if (!result.exhausted().containsKey(charge.turnId())) {
                    result.locked().add(charge.turnId());
                }
                continue;
            }
            QuotaStatus status =
                    new QuotaStatus(plan, decision.used(), Spending.NONE, month.endsAt());
            if (!decision.isCharged()) {
                QuotaExhausted refusal =
                        new QuotaExhausted(status, charge.queries(), clock.instant());
                result.exhausted().put(charge.turnId(), refusal);
                result.reservations().remove(charge.turnId());
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
     *
     * @param result receives the reservations, and the charges that no budget is left for
     */
    private Map<UUID, QuotaRepository.Decision> decide(
            List<Charge> charges, Month month, Plan plan, LockWait lockWait, Charged result) {
        Map<UUID, QuotaRepository.Decision> decisions = new HashMap<>();
        List<Charge> remaining = charges;
        for (int attempt = 1; !remaining.isEmpty() && attempt <= MAX_ATTEMPTS; attempt++) {
            if (attempt > 1) {
                LockSupport.parkNanos(PAUSE.toNanos());
            }
            List<Charge> payable =
                    plan.hasBudget()
                            ? withinBudget(remaining, month, plan, lockWait, result)
                            : remaining;
            if (!payable.isEmpty()) {
                decisions.putAll(
                        quotas.charge(payable, month, plan.limit(), lockWait, clock.instant()));
            }
            remaining =
                    charges.stream()
                            .filter(charge -> !decisions.containsKey(charge.turnId()))
                            .filter(charge -> !result.exhausted().containsKey(charge.turnId()))
                            .toList();
        }
        return decisions;
    }

    /** The charges for which a part of the plan's budget is reserved. */
    private List<Charge> withinBudget(
            List<Charge> charges, Month month, Plan plan, LockWait lockWait, Charged result) {
        Map<UUID, BudgetDecision> decisions = budgets.decide(charges, month, plan, lockWait);
        decisions.forEach((turn, decision) ->
                decision.exhausted()
                        .ifPresentOrElse(
                                unit ->
                                        result.exhausted()
                                                .put(
                                                        turn,
                                                        QuotaExhausted.of(
                                                                unit,
                                                                plan,
                                                                month.endsAt(),
                                                                clock.instant())),
                                () -> result.reservations().put(turn, decision.reservation())));
        return charges.stream()
                .filter(charge ->
                        charge.reserve().isEmpty()
                                || result.reservations().containsKey(charge.turnId()))
                .toList();
    }

    /** Counts only after the commit: a warm-up turn is rolled back and is never charged. */
    private void countAfterCommit(List<Charge> charges, Charged result) {
        int refusedCount = queries(charges, result.exhausted().keySet());
        int chargedCount = queries(charges) - refusedCount - queries(charges, result.locked());
        afterCommit.run(() -> {
            charged.increment(chargedCount);
            refused.increment(refusedCount);
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

    /** What the user has used this month, in detail, with the queries of the last twelve months. */
    @Transactional
    public QuotaOverview overview(UserId user) {
        return new QuotaOverview(
                of(user),
                new QuotaHistory(
                        quotas.days(user, Month.current(clock)),
                        quotas.months(user, HISTORY_MONTHS)),
                budgets.reserved(user),
                budgets.usage(Month.current(clock), Optional.of(user)),
                config.currency());
    }

    /**
     * What users have used in a month, by agent and model.
     *
     * @param month empty for this month
     * @param user empty for all users
     */
    @Transactional
    public MonthlyUsage usage(Optional<YearMonth> month, Optional<UserId> user) {
        Month wanted =
                month.map(named -> new Month(named.atDay(1))).orElseGet(() -> Month.current(clock));
        return new MonthlyUsage(
                YearMonth.from(wanted.firstDay()), budgets.usage(wanted, user), config.currency());
    }

    /** All plans, by name. */
    public List<Plan> plans() {
        return plans.all();
    }

    /** The plan of users without an assigned plan. */
    public Plan defaultPlan() {
        return plans.defaultPlan();
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

    /** The user's plan and what the user has used of it this month. */
    public CombinedQuery.SubQuery<QuotaStatus> status(UserId user) {
        Month month = Month.current(clock);
        return new CombinedQuery.SubQuery<>(
                """
                select (select plan from subscriptions where user_id = ?),
                    coalesce(used, 0), coalesce(tokens, 0), coalesce(cost, 0)
                from (select 1) as always left join quotas on user_id = ? and month = ?
                """,
                List.of(user.value(), user.value(), month.firstDay()),
                4,
                (row, first) ->
                        new QuotaStatus(
                                plans.named(row.getString(first)),
                                row.getInt(first + 1),
                                new Spending(row.getLong(first + 2), row.getLong(first + 3)),
                                month.endsAt()));
    }

    /** Sorted by plan: the rows of the users are locked in this order, which prevents deadlocks. */
    private SortedMap<Plan, List<Charge>> byPlan(List<Charge> charges) {
        Function<UserId, Plan> planOf = userPlans.of(charges.stream().map(Charge::user).toList());
        return charges.stream()
                .collect(
                        Collectors.groupingBy(
                                charge -> planOf.apply(charge.user()),
                                () -> new TreeMap<>(Comparator.comparing(Plan::name)),
                                Collectors.toList()));
    }

    /**
     * What became of charges, by their turns.
     *
     * @param reservations what turns have reserved of a plan with budgets
     * @param exhausted turns that were not charged, since their users have too little left
     * @param locked turns that were not charged, since another transaction has locked the counter
     *     of their users
     */
    public record Charged(
            Map<UUID, Reservation> reservations,
            Map<UUID, QuotaExhausted> exhausted,
            Set<UUID> locked) {}
}
