package dev.parley.turn.store;

import dev.parley.conversation.ConversationId;
import dev.parley.conversation.ConversationStore;
import dev.parley.platform.cluster.RunnerId;
import dev.parley.platform.identity.UserId;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnNotFound;
import dev.parley.turn.TurnStatus;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Records cancellation requests for running turns, and cancels queued turns at once. */
@ApplicationScoped
public class CancellationStore {

    private final TurnRepository turns;
    private final ConversationStore conversations;
    private final Clock clock;

    CancellationStore(TurnRepository turns, ConversationStore conversations, Clock clock) {
        this.turns = turns;
        this.conversations = conversations;
        this.clock = clock;
    }

    /**
     * Cancels a queued turn, or requests the cancellation of a running turn.
     *
     * @return the turn, if it runs and its runner must be asked to stop it; empty otherwise
     * @throws TurnNotFound if the user has no such turn
     */
    @Transactional
    public List<ActiveTurn> request(UserId user, TurnId id) {
        Turn turn = turns.of(user, id).orElseThrow(() -> new TurnNotFound(id));
        if (turn.status == TurnStatus.QUEUED && cancelIfQueued(turn)) {
            return List.of();
        }
        return requestCancellation(id);
    }

    /**
     * Requests the cancellation of the turn that runs before a queued turn. Does nothing if the
     * given turn is no longer queued: then the running turn is the given turn itself, or a later
     * turn. The conversation's row is locked, so that the given turn stays queued meanwhile.
     *
     * @return the running turn, if its runner must be asked to stop it; empty otherwise
     */
    @Transactional
    public List<ActiveTurn> requestBefore(TurnId queued, ConversationId conversation) {
        conversations.lock(conversation);
        boolean isQueued =
                turns.findByIdOptional(queued.value())
                        .filter(turn -> turn.status == TurnStatus.QUEUED)
                        .isPresent();
        return isQueued
                ? turns.findActive(conversation)
                        .map(turn -> requestCancellation(new TurnId(turn.id)))
                        .orElse(List.of())
                : List.of();
    }

    private List<ActiveTurn> requestCancellation(TurnId id) {
        turns.requestCancellation(id, clock.instant());
        turns.getEntityManager().clear();
        return turns.findByIdOptional(id.value())
                .filter(turn -> turn.status == TurnStatus.RUNNING)
                .map(turn ->
                        List.of(
                                new ActiveTurn(
                                        id, Optional.ofNullable(turn.runnerId).map(RunnerId::new))))
                .orElse(List.of());
    }

    /** Locks the conversation's row first, so that the turn cannot start to run meanwhile. */
    private boolean cancelIfQueued(Turn turn) {
        Instant now = clock.instant();
        ConversationId conversation = new ConversationId(turn.conversationId);
        conversations.lock(conversation);
        turns.getEntityManager().clear();
        boolean isStillQueued =
                turns.findByIdOptional(turn.id)
                        .filter(row -> row.status == TurnStatus.QUEUED)
                        .isPresent();
        if (isStillQueued) {
            long version =
                    conversations
                            .incrementVersions(List.of(conversation), now)
                            .getOrDefault(conversation, 0L);
            turns.cancelQueued(new TurnId(turn.id), version, now);
        }
        return isStillQueued;
    }

    /** A running turn, and the runner that runs it. */
    public record ActiveTurn(TurnId id, Optional<RunnerId> runner) {}
}
