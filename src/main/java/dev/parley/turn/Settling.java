package dev.parley.turn;

import dev.parley.conversation.ConversationLog.Answered;
import dev.parley.conversation.ConversationLog.Held;
import dev.parley.conversation.ConversationLog.Reply;
import dev.parley.conversation.MessageId;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A turn that waits to be settled.
 *
 * @param reply what is kept as the reply; null where there is none
 */
record Settling(
        Ledger.Opened turn, TurnState.Ending ending, Telling telling, @Nullable Reply reply) {

    static Settling of(Ledger.Opened turn, TurnState.Ending ending, Telling telling) {
        boolean hasReply = ending.keepsReply() && !telling.text().isBlank();
        return new Settling(
                turn,
                ending,
                telling,
                hasReply ? new Reply(MessageId.next(), telling.text()) : null);
    }

    /** What changes in the conversation. */
    Answered answered(Held conversation) {
        int messages = conversation.messages() + (reply == null ? 0 : 1);
        return new Answered(
                conversation.id(), turn.id().value(), version(conversation), messages, reply);
    }

    /** The conversation's after this turn. */
    static long version(Held conversation) {
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
        return error().map(TurnRecord.Reason::code).orElse(null);
    }

    @Nullable String errorDetail() {
        return error().map(TurnRecord.Reason::detail).orElse(null);
    }

    private Optional<TurnRecord.Reason> error() {
        return ending instanceof TurnState.Unanswered unanswered
                ? Optional.of(
                        new TurnRecord.Reason(unanswered.failure().code(), unanswered.detail()))
                : Optional.empty();
    }

    TurnRecord record(long version, Instant now) {
        return new TurnRecord(
                turn.id(),
                turn.conversation(),
                turn.agentType(),
                ending.code(),
                Optional.ofNullable(reply)
                        .map(said -> new TurnRecord.Reply(said.id(), said.content())),
                Optional.of(version),
                ending.usage(),
                turn.startedAt(),
                Optional.of(now),
                error());
    }
}
