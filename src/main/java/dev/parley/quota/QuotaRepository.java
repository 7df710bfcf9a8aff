package dev.parley.quota;

import dev.parley.platform.database.sql.JdbcStatement;
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

    /**
     * Counts one query for each user and writes the query to the ledger, in one statement.
     * Concurrent charges cannot exceed the limit together: the row lock serializes them, and
     * PostgreSQL evaluates the condition again after the wait.
     *
     * @return the queries used so far, by user; without the users who had no query left
     */
    Map<UserId, Integer> charge(List<Charge> charges, Month month, int limit, Instant now) {
        Map<UserId, Integer> used = new HashMap<>();
        JdbcStatement.of(
                        getEntityManager(),
                        """
                        with input as (select * from unnest(?, ?) as input (user_id, turn_id)),
                        counted as (
                            insert into quotas as quota (user_id, month, used)
                            select user_id, ?, 1 from input where ? > 0 order by user_id
                            on conflict (user_id, month) do update set used = quota.used + 1
                                where quota.used < ?
                            returning user_id, month, used),
                        written as (
                            insert into charges (user_id, month, turn_id, charged_at)
                            select user_id, month, turn_id, ? from counted join input using (user_id))
                        select user_id, used from counted
                        """)
                .uuids(charges, charge -> charge.user().value())
                .uuids(charges, Charge::turnId)
                .value(month.firstDay())
                .value(limit)
                .value(limit)
                .value(now)
                .query(row -> used.put(new UserId(row.getObject(1, UUID.class)), row.getInt(2)));
        return used;
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
}
