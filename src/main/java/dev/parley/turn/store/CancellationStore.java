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

/** Writes down that turns are to be cancelled, and cancels those that only stand in line. */
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
     * @return the turn, where somebody has to be told to stop it
     * @throws TurnNotFound where the user has no such turn
     */
    @Transactional
    public List<ActiveTurn> request(UserId user, TurnId id) {
        Turn turn = turns.of(user, id).orElseThrow(() -> new TurnNotFound(id));
        if (turn.status == TurnStatus.QUEUED && cancelledInLine(turn)) {
            return List.of();
        }
        return asked(id);
    }

    /**
     * Only while the turn stands in line: otherwise it is itself what runs, or somebody who came
     * after it. The conversation's row is held, so that this stays so.
     */
    @Transactional
    public List<ActiveTurn> requestBefore(TurnId queued, ConversationId conversation) {
        conversations.lock(conversation);
        boolean standsInLine =
                turns.findByIdOptional(queued.value())
                        .filter(turn -> turn.status == TurnStatus.QUEUED)
                        .isPresent();
        return standsInLine
                ? turns.findActive(conversation)
                        .map(turn -> asked(new TurnId(turn.id)))
                        .orElse(List.of())
                : List.of();
    }

    private List<ActiveTurn> asked(TurnId id) {
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

    /** The conversation's row is held first, so that the turn cannot begin to run meanwhile. */
    private boolean cancelledInLine(Turn turn) {
        Instant now = clock.instant();
        ConversationId conversation = new ConversationId(turn.conversationId);
        conversations.lock(conversation);
        turns.getEntityManager().clear();
        boolean stillInLine =
                turns.findByIdOptional(turn.id)
                        .filter(row -> row.status == TurnStatus.QUEUED)
                        .isPresent();
        if (stillInLine) {
            long version =
                    conversations
                            .incrementVersions(List.of(conversation), now)
                            .getOrDefault(conversation, 0L);
            turns.cancelQueued(new TurnId(turn.id), version, now);
        }
        return stillInLine;
    }

    /** A turn that runs, and who runs it. */
    public record ActiveTurn(TurnId id, Optional<RunnerId> runner) {}
}
