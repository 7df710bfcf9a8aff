package dev.parley.notification;

import dev.parley.platform.database.sql.JdbcStatement;
import dev.parley.platform.identity.UserId;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Parameters;
import io.quarkus.panache.common.Sort;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** All notifications. */
@ApplicationScoped
class NotificationRepository implements PanacheRepositoryBase<Notification, UUID> {

    /** Whoever has more has too many to count every other second. */
    static final int MAX_COUNTED = 1_000;

    private static final Sort NEWEST_FIRST = Sort.descending("id");

    /** For many users in one statement. */
    void write(List<NewNotification> newNotifications, Instant now) {
        JdbcStatement.of(
                        getEntityManager(),
                        """
                        insert into notifications (id, user_id, kind, title, body, turn_id, created_at)
                        select id, user_id, kind, title, body, turn_id, ?
                        from unnest(?, ?, ?, ?, ?, ?) as those (id, user_id, kind, title, body, turn_id)
                        """)
                .value(now)
                .uuids(newNotifications, news -> NotificationId.at(now).value())
                .uuids(newNotifications, news -> news.user().value())
                .texts(newNotifications, news -> news.kind().text())
                .texts(newNotifications, NewNotification::title)
                .texts(newNotifications, NewNotification::body)
                .uuids(newNotifications, NewNotification::turnId)
                .execute();
    }

    List<Notification> of(
            UserId user, NotificationFilter filter, Optional<NotificationId> before, int most) {
        StringBuilder where = new StringBuilder("userId = :user");
        Parameters values = Parameters.with("user", user.value());
        filter.unread()
                .ifPresent(
                        unread -> where.append(" and readAt is " + (unread ? "null" : "not null")));
        filter.kind()
                .ifPresent(kind -> {
                    where.append(" and kind = :kind");
                    values.and("kind", kind.text());
                });
        filter.since()
                .ifPresent(since -> {
                    where.append(" and id >= :since");
                    values.and("since", NotificationId.firstAt(since).value());
                });
        before.ifPresent(last -> {
            where.append(" and id < :before");
            values.and("before", last.value());
        });
        return find(where.toString(), NEWEST_FIRST, values).page(0, most).list();
    }

    /** Holds the row until the transaction ends. */
    Optional<Notification> locked(UserId user, NotificationId id) {
        return find("id = ?1 and userId = ?2", id.value(), user.value())
                .withLock(LockModeType.PESSIMISTIC_WRITE)
                .firstResultOptional();
    }

    /**
     * @return how many were unread, at most that many
     */
    int markRead(UserId user, Instant now, int most) {
        return JdbcStatement.of(
                        getEntityManager(),
                        """
                        update notifications set read_at = ? where id in (
                            select id from notifications where user_id = ? and read_at is null
                            order by id limit ? for update)
                        """)
                .value(now)
                .value(user.value())
                .value(most)
                .execute();
    }

    /** How many each of those has not read, counted up to {@link #MAX_COUNTED}. */
    Map<UserId, Long> unread(Collection<UserId> users) {
        Map<UserId, Long> unread = new HashMap<>();
        JdbcStatement.of(
                        getEntityManager(),
                        """
                        select user_id, (select count(*) from (
                            select from notifications where notifications.user_id = those.user_id and read_at is null limit ?) as counted)
                        from unnest(?) as those (user_id)
                        """)
                .value(MAX_COUNTED)
                .uuids(List.copyOf(users), UserId::value)
                .query(row -> unread.put(new UserId(row.getObject(1, UUID.class)), row.getLong(2)));
        return unread;
    }
}
