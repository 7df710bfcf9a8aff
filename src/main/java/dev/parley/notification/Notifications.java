package dev.parley.notification;

import com.github.f4b6a3.uuid.UuidCreator;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** All notifications. */
@ApplicationScoped
class Notifications implements PanacheRepositoryBase<Notification, UUID> {

    /** The same kind of news for many users, each about a turn of theirs, in one statement. */
    void write(List<UserNotifications.AboutTurn> those, UserNotifications.News news, Instant now) {
        getEntityManager()
                .createNativeQuery(
                        """
                        insert into notifications (id, user_id, kind, title, body, turn_id, created_at)
                        select id, user_id, :kind, :title, :body, turn_id, :now
                        from unnest(:ids, :users, :turns) as those (id, user_id, turn_id)
                        """)
                .setParameter(
                        "ids",
                        those.stream()
                                .map(each -> UuidCreator.getTimeOrderedEpoch())
                                .toArray(UUID[]::new))
                .setParameter(
                        "users",
                        those.stream().map(each -> each.user().value()).toArray(UUID[]::new))
                .setParameter(
                        "turns", those.stream().map(each -> each.turnId()).toArray(UUID[]::new))
                .setParameter("kind", news.kind())
                .setParameter("title", news.title())
                .setParameter("body", news.body())
                .setParameter("now", now)
                .executeUpdate();
    }
}
