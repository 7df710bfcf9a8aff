package dev.parley.turn;

import dev.parley.agent.AgentType;
import dev.parley.agent.FinishReason;
import dev.parley.agent.Usage;
import dev.parley.conversation.ConversationId;
import dev.parley.conversation.MessageId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A turn as it is stored.
 *
 * @param version the version of the conversation after this turn ended
 * @param answeredBy the turn whose reply answers the message, if the message has joined it
 * @param finishReason why the reply ends; empty if the turn has not succeeded, or was stored before
 *     reasons were
 */
public record TurnRecord(
        TurnId id,
        ConversationId conversation,
        AgentType agentType,
        TurnStatus status,
        Optional<Reply> reply,
        Optional<TurnId> answeredBy,
        Optional<Long> version,
        Usage usage,
        Optional<FinishReason> finishReason,
        Instant startedAt,
        Optional<Instant> endedAt,
        Optional<TurnError> error) {

    public boolean hasEnded() {
        return status.hasEnded();
    }

    /** Whether a person has to decide before the turn goes on. */
    public boolean isWaiting() {
        return status == TurnStatus.WAITING;
    }

    public boolean hasSucceeded() {
        return status == TurnStatus.SUCCEEDED;
    }

    /** The turn as it was when opened, so that the first event of its stream is always the same. */
    public TurnRecord asOpened() {
        return new TurnRecord(
                id,
                conversation,
                agentType,
                status == TurnStatus.QUEUED ? status : TurnStatus.RUNNING,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Usage.NONE,
                Optional.empty(),
                startedAt,
                Optional.empty(),
                Optional.empty());
    }

    /** The agent's reply. */
    public record Reply(MessageId id, String content) {}

    /** Why the reply is missing or incomplete. */
    public record TurnError(String code, String detail) {}

    /** How long the turn took, or has taken until {@code now}. */
    public Duration elapsed(Instant now) {
        return Duration.between(startedAt, endedAt.orElse(now));
    }
}
