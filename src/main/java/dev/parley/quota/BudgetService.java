package dev.parley.quota;

import dev.parley.platform.database.sql.LockWait;
import dev.parley.platform.identity.UserId;
import dev.parley.quota.BudgetRepository.Counted;
import dev.parley.quota.BudgetRepository.Reserved;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The budgets of tokens and cost. A turn reserves a part of its user's plan when it is opened, more
 * before a further round if it has used that part, and is charged what it has used when it ends.
 */
@ApplicationScoped
public class BudgetService {

    private static final int MAX_MODELS = 1_000;

    private final BudgetRepository budgets;
    private final PlanCatalogue plans;
    private final UserPlans userPlans;
    private final QuotaConfig config;
    private final Event<BudgetThresholdReached> thresholdReached;
    private final AfterCommit afterCommit;
    private final MeterRegistry meters;
    private final Clock clock;

    BudgetService(
            BudgetRepository budgets,
            PlanCatalogue plans,
            UserPlans userPlans,
            QuotaConfig config,
            Event<BudgetThresholdReached> thresholdReached,
            AfterCommit afterCommit,
            MeterRegistry meters,
            Clock clock) {
        this.budgets = budgets;
        this.plans = plans;
        this.userPlans = userPlans;
        this.config = config;
        this.thresholdReached = thresholdReached;
        this.afterCommit = afterCommit;
        this.meters = meters;
        this.clock = clock;
    }

    /**
     * Decides what turns of one plan may reserve, in their order. The counters of their users stay
     * locked until the transaction ends.
     *
     * @return without the turns of users whose counter another transaction has locked, and without
     *     work that reserves nothing
     */
    Map<UUID, BudgetDecision> decide(
            List<Charge> charges, Month month, Plan plan, LockWait lockWait) {
        Set<UserId> users = charges.stream().map(Charge::user).collect(Collectors.toSet());
        Set<UserId> locked = budgets.lock(users, month, lockWait);
        Map<UserId, Spending> committed = budgets.committed(locked, month, null);
        Map<UUID, BudgetDecision> decisions = new HashMap<>();
        for (Charge charge : charges) {
            Spending before = committed.get(charge.user());
            Spending step = charge.reserve().orElse(null);
            if (before == null || step == null) {
                continue;
            }
            BudgetDecision decision = Budget.of(plan).reserve(before, Spending.NONE, step);
            decisions.put(charge.turnId(), decision);
            committed.put(charge.user(), Budget.of(plan).after(before, decision));
        }
        return decisions;
    }

    /** Stores what turns reserve that are charged in this transaction. */
    void reserve(List<Charge> charges, Map<UUID, Reservation> reservations) {
        List<Reserved> reserved =
                charges.stream()
                        .flatMap(charge ->
                                Optional.ofNullable(reservations.get(charge.turnId())).stream()
                                        .map(amount ->
                                                new Reserved(
                                                        charge.turnId(), charge.user(), amount)))
                        .toList();
        if (!reserved.isEmpty()) {
            budgets.reserve(reserved);
        }
    }

    /**
     * Reserves more for a turn that has used what it had reserved. The call may be repeated.
     *
     * @param openedAt when the turn was opened: its tokens count for that month
     * @param used what the turn has used so far
     * @param step what to reserve beyond that
     * @throws QuotaExhausted if the user's plan has nothing left
     */
    @Transactional
    public Reservation extend(
            UserId user, UUID turn, Instant openedAt, Spending used, Spending step) {
        Month month = Month.of(openedAt);
        Plan plan = userPlans.of(user);
        budgets.lock(List.of(user), month, LockWait.WAIT);
        Spending others =
                budgets.committed(List.of(user), month, turn).getOrDefault(user, Spending.NONE);
        BudgetDecision decision = Budget.of(plan).reserve(others, used, step);
        decision.exhausted()
                .ifPresent(unit -> {
                    throw QuotaExhausted.of(
                            unit, plan, Month.current(clock).endsAt(), clock.instant());
                });
        budgets.change(turn, decision.reservation());
        return decision.reservation();
    }

    /**
     * Refuses work that reserves nothing if the user's plan has nothing left.
     *
     * @throws QuotaExhausted if tokens or cost of the plan are used up, or reserved
     */
    @Transactional(TxType.MANDATORY)
    public void requireLeft(UserId user) {
        if (!plans.haveBudgets()) {
            return;
        }
        Month month = Month.current(clock);
        Plan plan = userPlans.of(user);
        Spending committed =
                budgets.committed(List.of(user), month, null).getOrDefault(user, Spending.NONE);
        Budget.of(plan)
                .reserve(committed, Spending.NONE, new Spending(1, 1))
                .exhausted()
                .ifPresent(unit -> {
                    throw QuotaExhausted.of(unit, plan, month.endsAt(), clock.instant());
                });
    }

    /** The reservation of a turn that this process did not open, or opened as a queued turn. */
    @Transactional
    public Reservation reservation(UUID turn) {
        return plans.haveBudgets()
                ? budgets.find(turn).orElse(Reservation.UNLIMITED)
                : Reservation.UNLIMITED;
    }

    /**
     * Charges what turns have used and releases what they had reserved, in the transaction that
     * ends them. Repeated, it changes nothing.
     */
    @Transactional(TxType.MANDATORY)
    public void settle(List<TokenCharge> charges, List<UUID> turns) {
        if (!charges.isEmpty()) {
            notifyAtThresholds(budgets.charge(charges, clock.instant()));
            afterCommit.run(() -> charges.forEach(this::count));
        }
        if (plans.haveBudgets() && !turns.isEmpty()) {
            budgets.release(turns);
        }
    }

    private void notifyAtThresholds(List<Counted> counters) {
        if (!plans.haveBudgets()) {
            return;
        }
        Month month = Month.current(clock);
        Function<UserId, Plan> planOf = userPlans.of(counters.stream().map(Counted::user).toList());
        List<BudgetThresholdReached.ByUser> reached =
                counters.stream()
                        .filter(counter -> counter.month().equals(month))
                        .flatMap(counter -> reached(counter, planOf.apply(counter.user())))
                        .toList();
        if (!reached.isEmpty()) {
            thresholdReached.fire(new BudgetThresholdReached(reached));
        }
    }

    private Stream<BudgetThresholdReached.ByUser> reached(Counted counter, Plan plan) {
        Budget budget = Budget.of(plan);
        return Stream.concat(
                reached(
                        counter,
                        budget.tokens(),
                        Spending::tokens,
                        used -> "%d of %d tokens".formatted(used, budget.tokens())),
                reached(
                        counter,
                        budget.cost(),
                        Spending::cost,
                        used ->
                                "%s of %s %s"
                                        .formatted(
                                                Money.of(used).toPlainString(),
                                                Money.of(budget.cost()).toPlainString(),
                                                config.currency())));
    }

    private static Stream<BudgetThresholdReached.ByUser> reached(
            Counted counter,
            long limit,
            ToLongFunction<Spending> amount,
            LongFunction<String> description) {
        long used = amount.applyAsLong(counter.after());
        return limit < Reservation.NO_LIMIT
                        && Threshold.isReached(limit, amount.applyAsLong(counter.before()), used)
                ? Stream.of(
                        new BudgetThresholdReached.ByUser(
                                counter.user(),
                                used >= limit,
                                description.apply(used),
                                counter.month().endsAt()))
                : Stream.empty();
    }

    /** The names of the plans that limit cost. */
    public List<String> plansWithCostLimit() {
        return plans.withCostLimit();
    }

    /** Lowers the reservation of a turn that waits for a person to what it has used. */
    @Transactional(TxType.MANDATORY)
    public void keep(UUID turn, Spending used) {
        if (plans.haveBudgets()) {
            budgets.find(turn)
                    .ifPresent(reservation ->
                            budgets.change(
                                    turn,
                                    new Reservation(
                                            kept(reservation.tokens(), used.tokens()),
                                            kept(reservation.cost(), used.cost()))));
        }
    }

    private static long kept(long reserved, long used) {
        return reserved == Reservation.NO_LIMIT ? reserved : used;
    }

    /** What the user's turns that have not ended have reserved. */
    Spending reserved(UserId user) {
        return plans.haveBudgets() ? budgets.reserved(user) : Spending.NONE;
    }

    /**
     * What users have used in a month, by agent and model.
     *
     * @param user empty for all users
     */
    List<ModelUsage> usage(Month month, Optional<UserId> user) {
        return budgets.byModel(month, user, MAX_MODELS);
    }

    private void count(TokenCharge charge) {
        count(charge, "input", charge.inputTokens() - charge.cachedTokens());
        count(charge, "cached", charge.cachedTokens());
        count(charge, "output", charge.outputTokens());
        Counter.builder("parley.quota.cost")
                .description("What ended turns have cost, in the currency of the configuration")
                .tag("agent", charge.agentType())
                .tag("model", charge.model())
                .register(meters)
                .increment(Money.of(charge.cost()).doubleValue());
    }

    private void count(TokenCharge charge, String type, long tokens) {
        Counter.builder("parley.quota.tokens")
                .description(
                        "Tokens that ended turns have used: input that the endpoint did not have in"
                                + " its cache, cached input, and output")
                .tag("agent", charge.agentType())
                .tag("model", charge.model())
                .tag("type", type)
                .register(meters)
                .increment((double) tokens);
    }
}
