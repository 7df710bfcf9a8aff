package dev.parley.notification;

import dev.parley.database.Glance;
import dev.parley.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.sql.ResultSet;
import java.time.Clock;
import java.util.List;
import java.util.UUID;

/** A user's notifications. */
@ApplicationScoped
public class UserNotifications {

    private final Notifications notifications;
    private final Clock clock;

    UserNotifications(Notifications notifications, Clock clock) {
        this.notifications = notifications;
        this.clock = clock;
    }

    /** How many the user has not read. */
    public Glance.Part<Long> unread(UserId user) {
        return new Glance.Part<>(
                "select count(*) from notifications where user_id = ? and read_at is null",
                List.of(user.value()),
                1,
                ResultSet::getLong);
    }

    /** Part of the transaction in which it happened: nobody is told of what did not. */
    @Transactional(TxType.MANDATORY)
    public void tell(List<AboutTurn> those, News news) {
        if (!those.isEmpty()) {
            notifications.write(those, news, clock.instant());
        }
    }

    /** Whom, and about which turn. */
    public record AboutTurn(UserId user, UUID turnId) {}

    /**
     * What they are told.
     *
     * @param kind stable, such as {@code turn_interrupted}
     */
    public record News(String kind, String title, String body) {}
}
