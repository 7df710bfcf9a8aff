package dev.parley.turn.web;

import dev.parley.agent.FinishReason;
import dev.parley.agent.Usage;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnRecord;
import dev.parley.turn.TurnStatus;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The current state of a turn. */
@RegisterForReflection(
        targets = {TurnView.class, TurnView.ReplyView.class, TurnView.TurnErrorView.class})
public // EventJson converts it by hand
record TurnView(
        UUID turnId,
        UUID conversationId,
        String agentType,
        TurnStatus status,
        @Nullable ReplyView reply,
        @Nullable
                @Schema(
                        description =
                                "The turn whose reply answers the message, if the message has"
                                        + " joined it (status steered)")
                UUID answeredBy,
        @Nullable Long version,
        Usage usage,
        @Nullable
                @Schema(
                        description =
                                "Why the reply ends: `stop` if it is complete, `length` if the"
                                    + " model reached its limit of tokens, `content_filter` if its"
                                    + " filter left out the rest")
                FinishReason finishReason,
        long elapsedMs,
        Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable TurnErrorView error) {

    public static TurnView of(TurnRecord turn, Instant now) {
        return new TurnView(
                turn.id().value(),
                turn.conversation().value(),
                turn.agentType().value(),
                turn.status(),
                turn.reply().map(ReplyView::of).orElse(null),
                turn.answeredBy().map(TurnId::value).orElse(null),
                turn.version().orElse(null),
                turn.usage(),
                turn.finishReason().orElse(null),
                turn.elapsed(now).toMillis(),
                turn.startedAt(),
                turn.endedAt().orElse(null),
                turn.error()
                        .map(error -> new TurnErrorView(error.code(), error.detail()))
                        .orElse(null));
    }

    public record ReplyView(UUID id, String content) {

        public static ReplyView of(TurnRecord.Reply reply) {
            return new ReplyView(reply.id().value(), reply.content());
        }
    }

    record TurnErrorView(@Schema(ref = "ProblemCode") String code, String detail) {}
}
