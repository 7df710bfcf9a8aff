package dev.parley.quota;

import dev.parley.database.PlainSql;
import dev.parley.identity.UserId;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The counters of all users and months. */
@ApplicationScoped
class Quotas implements PanacheRepositoryBase<Quota, Quota.Key> {

    /**
     * Counts one query of each user, in one statement, so that no two of them can pass the limit
     * together: the row's lock puts them in a line, and the condition is read anew behind it.
     *
     * @return those who had one left
     */
    Set<UserId> charge(List<UserId> users, Month month, int limit) {
        return Set.copyOf(
                PlainSql.of(
                                getEntityManager(),
                                """
                                insert into quotas as quota (user_id, month, used)
                                select user_id, ?, 1 from unnest(?) as user_id where ? > 0 order by user_id
                                on conflict (user_id, month) do update set used = quota.used + 1
                                    where quota.used < ?
                                returning user_id
                                """)
                        .value(month.firstDay())
                        .uuids(users, UserId::value)
                        .value(limit)
                        .value(limit)
                        .list(row -> new UserId(row.getObject(1, UUID.class))));
    }

    /** The plans of those who have subscribed to one. */
    Map<UserId, String> planNames(Collection<UserId> users) {
        Map<UserId, String> names = new HashMap<>();
        PlainSql.of(
                        getEntityManager(),
                        "select user_id, plan from subscriptions where user_id = any(?)")
                .uuids(List.copyOf(users), UserId::value)
                .list(row -> names.put(new UserId(row.getObject(1, UUID.class)), row.getString(2)));
        return names;
    }
}
