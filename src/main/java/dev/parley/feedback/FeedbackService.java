package dev.parley.feedback;

import dev.parley.conversation.ConversationService;
import dev.parley.conversation.MessageId;
import dev.parley.platform.database.sql.SqlErrors;
import dev.parley.platform.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.Optional;

/** Stores and counts feedback on replies. Each call is one short transaction. */
@ApplicationScoped
@Transactional
public class FeedbackService {

    private final FeedbackRepository feedbacks;
    private final ConversationService conversations;
    private final Clock clock;

    FeedbackService(FeedbackRepository feedbacks, ConversationService conversations, Clock clock) {
        this.feedbacks = feedbacks;
        this.conversations = conversations;
        this.clock = clock;
    }

    /**
     * Stores the user's rating of a reply and replaces the previous rating.
     *
     * @throws ReplyNotFound if the message is not a reply to this user
     */
    public FeedbackView put(UserId user, MessageId reply, Rating rating, Optional<String> reason) {
        if (!conversations.isReplyTo(user, reply)) {
            throw new ReplyNotFound(reply);
        }
        Feedback.Key key = new Feedback.Key(user.value(), reply.value());
        try {
            feedbacks.put(key, rating, reason.orElse(null), clock.instant());
        } catch (RuntimeException failure) {
            // The conversation was deleted after the check above
            throw SqlErrors.isForeignKeyViolation(failure) ? new ReplyNotFound(reply) : failure;
        }
        return feedbacks.findById(key).view();
    }

    /** Counts the ratings of all users. */
    public FeedbackCounts counts() {
        return feedbacks.counts();
    }
}
