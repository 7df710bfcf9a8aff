package dev.parley.turn.web.http;

import dev.parley.agent.FinishReason;
import dev.parley.agent.Usage;
import dev.parley.turn.TurnStatus;
import dev.parley.turn.web.TurnView;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A turn that succeeded, for the caller that waited for its end. */
record ChatResponse(
        UUID turnId,
        UUID conversationId,
        TurnStatus status,
        TurnView.ReplyView reply,
        long version,
        Usage usage,
        @Nullable FinishReason finishReason,
        long elapsedMs) {}
