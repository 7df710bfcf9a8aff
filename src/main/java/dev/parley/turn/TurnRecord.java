package dev.parley.turn;

import dev.parley.agent.AgentType;
import dev.parley.agent.Usage;
import dev.parley.conversation.ConversationId;
import dev.parley.conversation.MessageId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A turn as the ledger has it.
 *
 * @param version the conversation's after this turn ended
 */
public record TurnRecord(
        TurnId id,
        ConversationId conversation,
        AgentType agentType,
        TurnStatus status,
        Optional<Reply> reply,
        Optional<Long> version,
        Usage usage,
        Instant startedAt,
        Optional<Instant> endedAt,
        Optional<TurnError> error) {

    public boolean hasEnded() {
        return status.hasEnded();
    }

    public boolean hasSucceeded() {
        return status == TurnStatus.SUCCEEDED;
    }

    /** The turn as it was when it was opened, so that its first event is always the same. */
    public TurnRecord asOpened() {
        return new TurnRecord(
                id,
                conversation,
                agentType,
                hasEnded() ? TurnStatus.RUNNING : status,
                Optional.empty(),
                Optional.empty(),
                Usage.NONE,
                startedAt,
                Optional.empty(),
                Optional.empty());
    }

    /** What the agent said. */
    public record Reply(MessageId id, String content) {}

    /** Why it said nothing. */
    public record TurnError(String code, String detail) {}

    /** How long the turn took, or has taken until {@code now}. */
    public Duration elapsed(Instant now) {
        return Duration.between(startedAt, endedAt.orElse(now));
    }
}
