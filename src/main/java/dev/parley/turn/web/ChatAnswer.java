package dev.parley.turn.web;

import dev.parley.agent.Usage;
import dev.parley.turn.TurnStatus;
import java.util.UUID;

/** A turn that succeeded, as the caller who waited for it is told. */
record ChatAnswer(
        UUID turnId,
        UUID conversationId,
        TurnStatus status,
        TurnView.ReplyView reply,
        long version,
        Usage usage,
        long elapsedMs) {}
