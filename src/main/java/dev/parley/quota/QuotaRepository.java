package dev.parley.quota;

import dev.parley.platform.database.sql.JdbcStatement;
import dev.parley.platform.database.sql.LockWait;
import dev.parley.platform.identity.UserId;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Sort;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The counters of all users and months. */
@ApplicationScoped
class QuotaRepository implements PanacheRepositoryBase<Quota, Quota.Key> {

    private static final String CHARGE =
            """
            with recursive input as (
                select user_id, turn_id, price,
                    (row_number() over (partition by user_id order by place))::int as number
                from unnest(?, ?, ?) with ordinality as input (user_id, turn_id, price, place)),
            wanted as (select distinct user_id, ?::date as month from input),
            locked as (
                select user_id, used from wanted join quotas using (user_id, month)
                order by user_id for no key update of quotas %s),
            decided (user_id, number, turn_id, queries, used) as (
                select user_id, 0, null::uuid, 0, coalesce(used, 0)
                from wanted left join locked using (user_id)
                where used is not null or not exists (
                    select from quotas where quotas.user_id = wanted.user_id and quotas.month = ?)
                union all
                select user_id, input.number, input.turn_id, granted.queries,
                    used + coalesce(granted.queries, 0)
                from decided join input using (user_id) cross join lateral (
                    select case when price = 0 or used + price <= ? then price end) as granted (queries)
                where input.number = decided.number + 1),
            total as (
                select user_id, max(used) as used, sum(queries)::int as queries
                from decided group by user_id),
            counted as (
                insert into quotas as quota (user_id, month, used)
                select user_id, ?, queries from total where queries > 0 order by user_id
                on conflict (user_id, month) do update set used = quota.used + excluded.used
                    where quota.used + excluded.used <= ?
                returning user_id, used),
            charged as (
                select user_id, turn_id, decided.queries,
                    decided.used + coalesce(counted.used - total.used, 0) as used
                from decided join total using (user_id) left join counted using (user_id)
                where number > 0 and (total.queries = 0 or counted.used is not null)),
            written as (
                insert into charges (user_id, month, turn_id, charged_at, queries)
                select user_id, ?, turn_id, ?, queries from charged where queries is not null)
            select turn_id, queries is not null, used from charged
            """;

    /**
     * Counts the queries of each user as one change, and writes each turn with its queries to the
     * ledger, in one statement. Concurrent charges cannot exceed the limit together, because each
     * counter is locked before it is read.
     *
     * @param charges decided in their order: a charge that the remaining queries do not pay for is
     *     refused, and a cheaper one behind it may still be made
     * @return the decisions by turn; without the turns of users whose counter another transaction
     *     has locked, or has just created
     */
    Map<UUID, Decision> charge(
            List<Charge> charges, Month month, int limit, LockWait lockWait, Instant now) {
        Map<UUID, Decision> decisions = new HashMap<>();
        JdbcStatement.of(
                        getEntityManager(),
                        switch (lockWait) {
                            case WAIT -> CHARGE.formatted("");
                            case SKIP_LOCKED -> CHARGE.formatted("skip locked");
                        })
                .uuids(charges, charge -> charge.user().value())
                .uuids(charges, Charge::turnId)
                .ints(charges, Charge::queries)
                .value(month.firstDay())
                .value(month.firstDay())
                .value(limit)
                .value(month.firstDay())
                .value(limit)
                .value(month.firstDay())
                .value(now)
                .query(row ->
                        decisions.put(
                                row.getObject(1, UUID.class),
                                new Decision(row.getBoolean(2), row.getInt(3))));
        return decisions;
    }

    /**
     * The month in which a turn was charged; empty if the turn cost nothing, or its queries were
     * given back.
     */
    Optional<Month> chargedMonth(UserId user, UUID turnId, List<Month> among) {
        return JdbcStatement.of(
                        getEntityManager(),
                        """
                        select month from charges
                        where user_id = ? and month = any(?::date[]) and turn_id = ? and queries > 0
                        """)
                .value(user.value())
                .texts(among, month -> month.firstDay().toString())
                .value(turnId)
                .query(row -> new Month(row.getObject(1, LocalDate.class)))
                .stream()
                .findFirst();
    }

    /**
     * Gives the queries of a turn back: the turn keeps its row in the ledger, with 0 queries. The
     * counter is locked before the row, as by each charge.
     *
     * @return the queries; 0 if they were given back before
     */
    int refund(UserId user, Month month, UUID turnId) {
        JdbcStatement.of(
                        getEntityManager(),
                        "select 1 from quotas where user_id = ? and month = ? for no key update")
                .value(user.value())
                .value(month.firstDay())
                .query(row -> row.getInt(1));
        return JdbcStatement.of(
                        getEntityManager(),
                        """
                        with charge as (
                            select user_id, month, turn_id, queries from charges
                            where user_id = ? and month = ? and turn_id = ? and queries > 0 for no key update),
                        lowered as (
                            update quotas set used = greatest(used - queries, 0) from charge
                            where quotas.user_id = charge.user_id and quotas.month = charge.month)
                        update charges set queries = 0 from charge
                        where charges.user_id = charge.user_id and charges.month = charge.month
                            and charges.turn_id = charge.turn_id
                        returning charge.queries
                        """)
                .value(user.value())
                .value(month.firstDay())
                .value(turnId)
                .query(row -> row.getInt(1))
                .stream()
                .findFirst()
                .orElse(0);
    }

    /** Creates the counter with 0 queries if the counter does not exist. */
    void createIfMissing(Quota.Key key) {
        getSession()
                .createMutationQuery(
                        """
                        insert into Quota (key.userId, key.month, used) values (:user, :month, 0)
                        on conflict do nothing
                        """)
                .setParameter("user", key.userId())
                .setParameter("month", key.month())
                .executeUpdate();
    }

    /** The queries that a user has used in each month, the latest month first. */
    List<QuotaHistory.InMonth> months(UserId user, int maxMonths) {
        return find("key.userId", Sort.descending("key.month"), user.value())
                .page(0, maxMonths)
                .stream()
                .map(quota ->
                        new QuotaHistory.InMonth(YearMonth.from(quota.key.month()), quota.used))
                .toList();
    }

    /** The queries that a user has used on each day of a month, according to the ledger. */
    List<QuotaHistory.OnDay> days(UserId user, Month month) {
        return JdbcStatement.of(
                        getEntityManager(),
                        """
                        select (charged_at at time zone 'UTC')::date as day, sum(queries) from charges
                        where user_id = ? and month = ? group by day having sum(queries) > 0 order by day
                        """)
                .value(user.value())
                .value(month.firstDay())
                .query(row ->
                        new QuotaHistory.OnDay(row.getObject(1, LocalDate.class), row.getInt(2)));
    }

    void assignPlan(UserId user, Plan plan) {
        JdbcStatement.of(
                        getEntityManager(),
                        """
                        insert into subscriptions (user_id, plan) values (?, ?)
                        on conflict (user_id) do update set plan = excluded.plan
                        """)
                .value(user.value())
                .value(plan.name())
                .execute();
    }

    /** The plan names by user; without the users who have no plan assigned. */
    Map<UserId, String> planNames(Collection<UserId> users) {
        Map<UserId, String> names = new HashMap<>();
        JdbcStatement.of(
                        getEntityManager(),
                        "select user_id, plan from subscriptions where user_id = any(?)")
                .uuids(List.copyOf(users), UserId::value)
                .query(row ->
                        names.put(new UserId(row.getObject(1, UUID.class)), row.getString(2)));
        return names;
    }

    /**
     * What became of a charge.
     *
     * @param isCharged false if the user has fewer queries left than the charge needs
     * @param used the user's counter after this charge and the charges before it
     */
    record Decision(boolean isCharged, int used) {}
}
