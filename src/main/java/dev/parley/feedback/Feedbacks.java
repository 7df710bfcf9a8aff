package dev.parley.feedback;

import dev.parley.database.PlainSql;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** All feedback. */
@ApplicationScoped
class Feedbacks implements PanacheRepositoryBase<Feedback, Feedback.Key> {

    /** In place of what the user thought before. */
    void put(Feedback.Key key, Rating rating, @Nullable String reason, Instant now) {
        PlainSql.of(
                        getEntityManager(),
                        """
                        insert into feedback (user_id, message_id, rating, reason, created_at, updated_at)
                        values (?, ?, ?, ?, ?, ?)
                        on conflict (user_id, message_id) do update
                            set rating = excluded.rating, reason = excluded.reason, updated_at = excluded.updated_at
                        """)
                .value(key.userId())
                .value(key.messageId())
                .value(rating.text())
                .text(reason)
                .value(now)
                .value(now)
                .execute();
    }

    FeedbackFigures figures() {
        return PlainSql.of(
                        getEntityManager(),
                        """
                        select count(*) filter (where rating = 'up'), count(*) filter (where rating = 'down'),
                            count(*) filter (where reason is not null) from feedback
                        """)
                .list(row -> new FeedbackFigures(row.getLong(1), row.getLong(2), row.getLong(3)))
                .getFirst();
    }
}
