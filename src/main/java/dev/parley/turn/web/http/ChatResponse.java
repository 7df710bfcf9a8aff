package dev.parley.turn.web.http;

import dev.parley.agent.Usage;
import dev.parley.turn.TurnStatus;
import dev.parley.turn.web.TurnView;
import java.util.UUID;

/** A turn that succeeded, as the caller who waited for it is told. */
record ChatResponse(
        UUID turnId,
        UUID conversationId,
        TurnStatus status,
        TurnView.ReplyView reply,
        long version,
        Usage usage,
        long elapsedMs) {}
