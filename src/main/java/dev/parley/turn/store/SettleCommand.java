package dev.parley.turn.store;

import dev.parley.agent.FinishReason;
import dev.parley.conversation.ConversationStore.ConversationRef;
import dev.parley.conversation.ConversationStore.LockedConversation;
import dev.parley.conversation.ConversationStore.Reply;
import dev.parley.conversation.ConversationStore.TurnReply;
import dev.parley.conversation.MessageId;
import dev.parley.turn.TurnOutcome;
import dev.parley.turn.TurnRecord;
import dev.parley.turn.stream.Transcript;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Settles one turn; an item of a batch.
 *
 * @param exchange what ends with the turn
 * @param reply the reply to store; null if there is none
 */
public record SettleCommand(
        TurnStore.TurnContext turn,
        TurnOutcome outcome,
        Transcript transcript,
        EndedExchange exchange,
        @Nullable Reply reply) {

    public static SettleCommand of(
            TurnStore.TurnContext turn,
            TurnOutcome outcome,
            Transcript transcript,
            EndedExchange exchange) {
        boolean hasReply = outcome.keepsReply() && !transcript.text().isBlank();
        return new SettleCommand(
                turn,
                outcome,
                transcript,
                exchange,
                hasReply ? new Reply(MessageId.next(), transcript.text()) : null);
    }

    ConversationRef conversation() {
        return new ConversationRef(turn.conversation(), turn.user());
    }

    /** The changes to the conversation. */
    TurnReply toTurnReply(LockedConversation conversation) {
        int messages = conversation.messages() + (reply == null ? 0 : 1);
        return new TurnReply(
                conversation.id(), turn.id().value(), version(conversation), messages, reply);
    }

    /** The conversation's version after this turn. */
    static long version(LockedConversation conversation) {
        return conversation.version() + 1;
    }

    @Nullable UUID replyId() {
        return reply == null ? null : reply.id().value();
    }

    /**
     * The text that the agent wrote before the turn ended without a reply; null if there is none.
     */
    @Nullable String partialReply() {
        return reply == null && !transcript.text().isEmpty() ? transcript.text() : null;
    }

    @Nullable String finishReason() {
        return outcome.finishReason().map(FinishReason::text).orElse(null);
    }

    @Nullable String errorCode() {
        return outcome.error().map(TurnRecord.TurnError::code).orElse(null);
    }

    @Nullable String errorDetail() {
        return outcome.error().map(TurnRecord.TurnError::detail).orElse(null);
    }

    TurnRecord record(long version, Instant now) {
        return new TurnRecord(
                turn.id(),
                turn.conversation(),
                turn.agentType(),
                outcome.status(),
                Optional.ofNullable(reply)
                        .map(stored -> new TurnRecord.Reply(stored.id(), stored.content())),
                Optional.empty(),
                Optional.of(version),
                outcome.usage(),
                outcome.finishReason(),
                turn.startedAt(),
                Optional.of(now),
                outcome.error());
    }
}
