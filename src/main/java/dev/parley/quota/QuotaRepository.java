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
import java.util.UUID;

/** The counters of all users and months. */
@ApplicationScoped
class QuotaRepository implements PanacheRepositoryBase<Quota, Quota.Key> {

    private static final String CHARGE =
            """
            with input as (
                select user_id, turn_id, row_number() over (partition by user_id order by place) as number
                from unnest(?, ?) with ordinality as input (user_id, turn_id, place)),
            wanted as (select user_id, count(*)::int as queries, ?::date as month from input group by user_id),
            locked as (
                select user_id, used from wanted join quotas using (user_id, month)
                order by user_id for no key update of quotas %s),
            granted as (
                select user_id, coalesce(used, 0) as before,
                    greatest(0, least(queries, ? - coalesce(used, 0))) as queries
                from wanted left join locked using (user_id)
                where used is not null or not exists (
                    select from quotas where quotas.user_id = wanted.user_id and quotas.month = ?)),
            counted as (
                insert into quotas as quota (user_id, month, used)
                select user_id, ?, queries from granted where queries > 0 order by user_id
                on conflict (user_id, month) do update set used = quota.used + excluded.used
                    where quota.used + excluded.used <= ?
                returning user_id, month, used),
            written as (
                insert into charges (user_id, month, turn_id, charged_at)
                select user_id, month, turn_id, ?
                from counted join granted using (user_id) join input using (user_id) where number <= queries)
            select user_id, coalesce(counted.used, before), queries
            from granted left join counted using (user_id) where queries = 0 or counted.user_id is not null
            """;

    /**
     * Counts the queries of each user as one change, as many as the plan allows, and writes the
     * counted queries to the ledger, in one statement. Concurrent charges cannot exceed the limit
     * together, because each counter is locked before it is read.
     *
     * @param charges a user's charges are counted in their order
     * @return the counters by user; without the users whose counter another transaction has locked,
     *     or has just created
     */
    Map<UserId, Counted> charge(
            List<Charge> charges, Month month, int limit, LockWait lockWait, Instant now) {
        Map<UserId, Counted> counted = new HashMap<>();
        JdbcStatement.of(
                        getEntityManager(),
                        switch (lockWait) {
                            case WAIT -> CHARGE.formatted("");
                            case SKIP_LOCKED -> CHARGE.formatted("skip locked");
                        })
                .uuids(charges, charge -> charge.user().value())
                .uuids(charges, Charge::turnId)
                .value(month.firstDay())
                .value(limit)
                .value(month.firstDay())
                .value(month.firstDay())
                .value(limit)
                .value(now)
                .query(row ->
                        counted.put(
                                new UserId(row.getObject(1, UUID.class)),
                                new Counted(row.getInt(2), row.getInt(3))));
        return counted;
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
                        select (charged_at at time zone 'UTC')::date as day, count(*) from charges
                        where user_id = ? and month = ? group by day order by day
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
     * A user's counter after a charge.
     *
     * @param charged how many queries of this charge were counted
     */
    record Counted(int used, int charged) {

        /** The counter after the first charges of the user. */
        int usedAfter(int charges) {
            return used - charged + charges;
        }
    }
}
