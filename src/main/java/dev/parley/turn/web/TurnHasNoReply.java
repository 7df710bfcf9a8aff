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

    private static final String OTHER_KEY =
            " This is the end of the turn of this Idempotency-Key; send the message with another"
                    + " key to try again.";

    private final UUID turn;
    private final UUID conversation;
    private final boolean hasKey;

    /**
     * @param hasKey whether the request has an idempotency key: the same request then gets the same
     *     turn, and a retry would never succeed
     */
    public TurnHasNoReply(TurnRecord turn, boolean hasKey) {
        this(turn, turn.error().orElseThrow(), hasKey);
    }

    private TurnHasNoReply(TurnRecord turn, TurnRecord.TurnError error, boolean hasKey) {
        super(
                ProblemCode.of(error.code()).orElse(ProblemCode.INTERNAL_ERROR),
                hasKey ? error.detail() + OTHER_KEY : error.detail(),
                RETRY_AFTER);
        this.turn = turn.id().value();
        this.conversation = turn.conversation().value();
        this.hasKey = hasKey;
    }

    @Override
    public Optional<Duration> retryAfter() {
        return hasKey ? Optional.empty() : super.retryAfter();
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
