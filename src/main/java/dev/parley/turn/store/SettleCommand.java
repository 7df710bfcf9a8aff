package dev.parley.turn.store;

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
 * A turn that waits to be settled.
 *
 * @param reply what is kept as the reply; null where there is none
 */
public record SettleCommand(
        TurnStore.TurnContext turn,
        TurnOutcome outcome,
        Transcript telling,
        @Nullable Reply reply) {

    public static SettleCommand of(
            TurnStore.TurnContext turn, TurnOutcome outcome, Transcript telling) {
        boolean hasReply = outcome.keepsReply() && !telling.text().isBlank();
        return new SettleCommand(
                turn,
                outcome,
                telling,
                hasReply ? new Reply(MessageId.next(), telling.text()) : null);
    }

    /** What changes in the conversation. */
    TurnReply answered(LockedConversation conversation) {
        int messages = conversation.messages() + (reply == null ? 0 : 1);
        return new TurnReply(
                conversation.id(), turn.id().value(), version(conversation), messages, reply);
    }

    /** The conversation's after this turn. */
    static long version(LockedConversation conversation) {
        return conversation.version() + 1;
    }

    @Nullable UUID replyId() {
        return reply == null ? null : reply.id().value();
    }

    /** What was said before an ending that has no reply. */
    @Nullable String partial() {
        return reply == null && !telling.text().isEmpty() ? telling.text() : null;
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
                        .map(said -> new TurnRecord.Reply(said.id(), said.content())),
                Optional.of(version),
                outcome.usage(),
                turn.startedAt(),
                Optional.of(now),
                outcome.error());
    }
}
