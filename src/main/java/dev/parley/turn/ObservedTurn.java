package dev.parley.turn;

import dev.parley.agent.AgentType;
import dev.parley.conversation.ConversationId;
import dev.parley.platform.cluster.RunnerId;
import dev.parley.platform.identity.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A turn as an operator sees it: where it is, and for how long. It has nothing that a person or an
 * agent has written: an administrator watches the work, not the conversations of the users.
 *
 * @param runner the replica that runs the turn; empty while none does
 * @param host the host of that replica; empty if the replica has left no row
 * @param startedAt when it began to run: at its opening, or once the turn before it in its
 *     conversation had ended; empty while it is queued, and if it ended before it began
 * @param resumedAt when the last of its pauses ended; empty if it had none, or is in one
 */
public record ObservedTurn(
        TurnId id,
        ConversationId conversation,
        UserId user,
        String username,
        AgentType agentType,
        TurnStatus status,
        int attempt,
        Optional<RunnerId> runner,
        Optional<String> host,
        Instant openedAt,
        Optional<Instant> startedAt,
        Optional<Instant> resumedAt,
        Optional<Instant> endedAt,
        Optional<String> errorCode) {

    /**
     * How long ago the turn was opened, or how long it took; zero for a turn that a replica whose
     * clock is ahead has just opened.
     */
    public Duration elapsed(Instant now) {
        Instant until = endedAt.orElse(now);
        return until.isBefore(openedAt) ? Duration.ZERO : Duration.between(openedAt, until);
    }

    /**
     * For how long the turn has run since it started or was resumed; zero if it does not run. After
     * a crash this counts from before the crash: nobody stores when a replica took a turn over.
     */
    public Duration running(Instant now) {
        return status == TurnStatus.RUNNING
                ? resumedAt
                        .or(() -> startedAt)
                        .map(since -> Duration.between(since, now))
                        .orElse(Duration.ZERO)
                : Duration.ZERO;
    }
}
