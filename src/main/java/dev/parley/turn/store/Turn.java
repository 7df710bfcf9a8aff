package dev.parley.turn.store;

import dev.parley.agent.AgentType;
import dev.parley.agent.FinishReason;
import dev.parley.agent.Usage;
import dev.parley.conversation.ConversationId;
import dev.parley.conversation.MessageId;
import dev.parley.platform.cluster.RunnerId;
import dev.parley.platform.identity.UserId;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnRecord;
import dev.parley.turn.TurnSnapshot;
import dev.parley.turn.TurnStatus;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A turn's row, read-only. The guarded statements of {@link TurnRepository} write the row. */
@Entity
@Table(name = "turns")
@org.hibernate.annotations.Immutable
public class Turn {

    @Id public UUID id;

    @Column(name = "user_id", nullable = false)
    UUID userId;

    @Column(name = "conversation_id", nullable = false)
    UUID conversationId;

    @Column(name = "agent_type", nullable = false)
    String agentType;

    @Column(nullable = false)
    @Convert(converter = TurnStatus.InColumn.class)
    TurnStatus status;

    @Column(name = "started_at", nullable = false)
    Instant startedAt;

    @Column(name = "ended_at")
    @Nullable Instant endedAt;

    @Column(name = "input_tokens", nullable = false)
    long inputTokens;

    @Column(name = "output_tokens", nullable = false)
    long outputTokens;

    @Column(name = "cached_tokens", nullable = false)
    long cachedTokens;

    @Column(name = "is_estimated", nullable = false)
    boolean isEstimated;

    @Column(name = "finish_reason")
    @Nullable String finishReason;

    @Column(name = "reply_id")
    @Nullable UUID replyId;

    @Nullable Long version;

    /** The turn whose exchange the message has joined. */
    @Column(name = "answered_by")
    @Nullable UUID answeredBy;

    @Column(name = "error_code")
    @Nullable String errorCode;

    @Column(name = "error_detail")
    @Nullable String errorDetail;

    /** Position of the turn's message in the conversation; queued turns run in this order. */
    @Column(name = "position")
    @Nullable Integer place;

    @Column(name = "runner_id")
    @Nullable UUID runnerId;

    @Column(nullable = false)
    int attempt;

    /** The trace of the attempt before a pause. */
    @Nullable String traceparent;

    @Nullable String trail;

    @Nullable String partial;

    @SuppressWarnings("NullAway") // Hibernate fills the fields
    protected Turn() {}

    Optional<MessageId> reply() {
        return Optional.ofNullable(replyId).map(MessageId::new);
    }

    Optional<String> traceparent() {
        return Optional.ofNullable(traceparent);
    }

    UserId user() {
        return new UserId(userId);
    }

    TurnRecord record(Optional<TurnRecord.Reply> reply) {
        return new TurnRecord(
                new TurnId(id),
                new ConversationId(conversationId),
                new AgentType(agentType),
                status,
                reply,
                Optional.ofNullable(answeredBy).map(TurnId::new),
                Optional.ofNullable(version),
                new Usage(inputTokens, cachedTokens, outputTokens, isEstimated),
                Optional.ofNullable(finishReason).flatMap(FinishReason::of),
                startedAt,
                Optional.ofNullable(endedAt),
                error());
    }

    TurnSnapshot snapshot(Optional<TurnRecord.Reply> reply) {
        return new TurnSnapshot(
                record(reply),
                user(),
                Optional.ofNullable(runnerId).map(RunnerId::new),
                attempt,
                reply.map(TurnRecord.Reply::content).orElse(partial == null ? "" : partial),
                Optional.ofNullable(trail));
    }

    private Optional<TurnRecord.TurnError> error() {
        return errorCode == null
                ? Optional.empty()
                : Optional.of(new TurnRecord.TurnError(errorCode, String.valueOf(errorDetail)));
    }
}
