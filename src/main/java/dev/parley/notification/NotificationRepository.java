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
import java.util.Set;
import java.util.UUID;

@ApplicationScoped
class NotificationRepository implements PanacheRepositoryBase<Notification, UUID> {

    /** The count of unread notifications runs every other second and therefore stops here. */
    static final int MAX_COUNTED = 1_000;

    private static final Sort NEWEST_FIRST = Sort.descending("id");

    /** Inserts notifications of many users in one statement. */
    void insert(List<NewNotification> newNotifications, Instant now) {
        JdbcStatement.of(
                        getEntityManager(),
                        """
                        insert into notifications (id, user_id, kind, title, body, turn_id, created_at)
                        select id, user_id, kind, title, body, turn_id, ?
                        from unnest(?, ?, ?, ?, ?, ?) as input (id, user_id, kind, title, body, turn_id)
                        """)
                .value(now)
                .uuids(newNotifications, notification -> NotificationId.at(now).value())
                .uuids(newNotifications, notification -> notification.user().value())
                .texts(newNotifications, notification -> notification.kind().text())
                .texts(newNotifications, NewNotification::title)
                .texts(newNotifications, NewNotification::body)
                .uuids(newNotifications, NewNotification::turnId)
                .execute();
    }

    /**
     * Deletes all but the newest notifications of each user. Rows that others have locked are left
     * to the next call, so that no deadlock is possible.
     */
    void deleteOldest(Set<UserId> users, int kept) {
        JdbcStatement.of(
                        getEntityManager(),
                        """
                        delete from notifications where id in (
                            select old.id from unnest(?) as input (user_id)
                            join lateral (
                                select id from notifications where notifications.user_id = input.user_id
                                order by id desc offset ? limit 1) as newest_old on true
                            join notifications as old on old.user_id = input.user_id and old.id <= newest_old.id
                            for update of old skip locked)
                        """)
                .uuids(List.copyOf(users), UserId::value)
                .value(kept)
                .execute();
    }

    List<Notification> find(
            UserId user, NotificationFilter filter, Optional<NotificationId> before, int limit) {
        StringBuilder where = new StringBuilder("userId = :user");
        Parameters parameters = Parameters.with("user", user.value());
        filter.unread()
                .ifPresent(
                        unread -> where.append(" and readAt is " + (unread ? "null" : "not null")));
        filter.kind()
                .ifPresent(kind -> {
                    where.append(" and kind = :kind");
                    parameters.and("kind", kind.text());
                });
        filter.since()
                .ifPresent(since -> {
                    where.append(" and id >= :since");
                    parameters.and("since", NotificationId.firstAt(since).value());
                });
        before.ifPresent(last -> {
            where.append(" and id < :before");
            parameters.and("before", last.value());
        });
        return find(where.toString(), NEWEST_FIRST, parameters).page(0, limit).list();
    }

    /** Finds a notification and locks its row until the transaction ends. */
    Optional<Notification> findLocked(UserId user, NotificationId id) {
        return find("id = ?1 and userId = ?2", id.value(), user.value())
                .withLock(LockModeType.PESSIMISTIC_WRITE)
                .firstResultOptional();
    }

    /**
     * Marks at limit {@code limit} unread notifications as read.
     *
     * @return the number of notifications marked
     */
    int markRead(UserId user, Instant now, int limit) {
        return JdbcStatement.of(
                        getEntityManager(),
                        """
                        update notifications set read_at = ? where id in (
                            select id from notifications where user_id = ? and read_at is null
                            order by id limit ? for update)
                        """)
                .value(now)
                .value(user.value())
                .value(limit)
                .execute();
    }

    /** The number of unread notifications for each user, {@link #MAX_COUNTED} at limit. */
    Map<UserId, Long> countUnread(Collection<UserId> users) {
        Map<UserId, Long> counts = new HashMap<>();
        JdbcStatement.of(
                        getEntityManager(),
                        """
                        select user_id, (select count(*) from (
                            select from notifications where notifications.user_id = input.user_id and read_at is null limit ?) as counted)
                        from unnest(?) as input (user_id)
                        """)
                .value(MAX_COUNTED)
                .uuids(List.copyOf(users), UserId::value)
                .query(row -> counts.put(new UserId(row.getObject(1, UUID.class)), row.getLong(2)));
        return counts;
    }
}
