package dev.parley.quota;

import dev.parley.identity.UserId;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The counters of all users and months. */
@ApplicationScoped
class Quotas implements PanacheRepositoryBase<Quota, Quota.Key> {

    /**
     * Counts one query, in one statement, so that no two of them can pass the limit together: the
     * row's lock puts them in a line, and the condition is read anew behind it.
     *
     * @return whether there was one left
     */
    boolean charge(UserId user, Month month, int limit) {
        int charged =
                getEntityManager()
                        .createNativeQuery(
                                """
                                insert into quotas as quota (user_id, month, used)
                                select :user, :month, 1 where :limit > 0
                                on conflict (user_id, month) do update set used = quota.used + 1
                                    where quota.used < :limit
                                """)
                        .setParameter("user", user.value())
                        .setParameter("month", month.firstDay())
                        .setParameter("limit", limit)
                        .executeUpdate();
        return charged == 1;
    }

    int used(UserId user, Month month) {
        Quota quota = findById(new Quota.Key(user.value(), month.firstDay()));
        return quota == null ? 0 : quota.used;
    }

    @Nullable String planNameOf(UserId user) {
        List<?> names =
                getEntityManager()
                        .createNativeQuery(
                                "select plan from subscriptions where user_id = :user",
                                String.class)
                        .setParameter("user", user.value())
                        .getResultList();
        return names.isEmpty() ? null : (String) names.getFirst();
    }
}
