package dev.parley.turn.web;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;
import dev.parley.turn.TurnRecord;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** The turn that the caller waited for has ended without a reply. */
public final class TurnHasNoReply extends ParleyException {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final UUID turn;
    private final UUID conversation;

    public TurnHasNoReply(TurnRecord turn) {
        this(turn, turn.error().orElseThrow());
    }

    private TurnHasNoReply(TurnRecord turn, TurnRecord.TurnError error) {
        super(
                ProblemCode.of(error.code()).orElse(ProblemCode.INTERNAL_ERROR),
                error.detail(),
                RETRY_AFTER);
        this.turn = turn.id().value();
        this.conversation = turn.conversation().value();
    }

    @Override
    public Optional<UUID> turnId() {
        return Optional.of(turn);
    }

    @Override
    public Optional<UUID> conversationId() {
        return Optional.of(conversation);
    }
}
