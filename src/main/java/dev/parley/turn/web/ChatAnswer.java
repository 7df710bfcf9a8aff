package dev.parley.turn.web;

import dev.parley.agent.Usage;
import java.util.UUID;

/** A turn that succeeded, as the caller who waited for it is told. */
record ChatAnswer(
        UUID turnId,
        UUID conversationId,
        String status,
        TurnView.ReplyView reply,
        long version,
        Usage usage,
        long elapsedMs) {}
