package dev.parley.feedback;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class FeedbackRepository implements PanacheRepositoryBase<Feedback, Feedback.Key> {

    /** Inserts a rating, or replaces the user's previous rating of the reply. */
    void put(Feedback.Key key, Rating rating, @Nullable String reason, Instant now) {
        getSession()
                .createMutationQuery(
                        """
                        insert into Feedback (key.userId, key.messageId, rating, reason, createdAt, updatedAt)
                        values (:user, :message, :rating, :reason, :now, :now)
                        on conflict (key.userId, key.messageId) do update
                            set rating = excluded.rating, reason = excluded.reason, updatedAt = excluded.updatedAt
                        """)
                .setParameter("user", key.userId())
                .setParameter("message", key.messageId())
                .setParameter("rating", rating.text())
                .setParameter("reason", reason)
                .setParameter("now", now)
                .executeUpdate();
    }

    FeedbackCounts counts() {
        return find("""
        select count(*) filter (where rating = 'up'), count(*) filter (where rating = 'down'), count(reason)
        from Feedback
        """)
                .project(FeedbackCounts.class)
                .singleResult();
    }
}
