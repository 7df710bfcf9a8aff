package dev.parley.turn.engine;

import dev.parley.conversation.ConversationId;
import dev.parley.turn.TurnId;
import dev.parley.turn.stream.TurnStream;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The turns that this process runs, opens or is about to start. */
@ApplicationScoped
public class RunningTurnRegistry {

    private final Map<TurnId, RunningTurn> running = new ConcurrentHashMap<>();
    private final Set<TurnId> opening = ConcurrentHashMap.newKeySet();
    private final Set<ConversationId> starting = ConcurrentHashMap.newKeySet();

    /** The stream of a turn that runs in this process. */
    public Optional<TurnStream> stream(TurnId id) {
        return find(id).map(RunningTurn::stream);
    }

    public Optional<RunningTurn> find(TurnId id) {
        return Optional.ofNullable(running.get(id));
    }

    public Collection<RunningTurn> all() {
        return running.values();
    }

    /** How long the longest-running turn has been running; zero if no turn runs. */
    Duration oldestAge() {
        return running.values().stream()
                .map(RunningTurn::elapsed)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    public void markOpening(TurnId id) {
        opening.add(id);
    }

    public void clearOpening(TurnId id) {
        opening.remove(id);
    }

    void markStarting(ConversationId id) {
        starting.add(id);
    }

    void clearStarting(ConversationId id) {
        starting.remove(id);
    }

    /**
     * Adds a turn.
     *
     * @return whether the caller has to run the turn: false if this or a later attempt runs here
     */
    boolean add(RunningTurn turn) {
        return running.compute(
                        turn.context().id(),
                        (id, current) ->
                                current == null || current.attempt() < turn.attempt()
                                        ? turn
                                        : current)
                == turn;
    }

    void remove(RunningTurn turn) {
        running.remove(turn.context().id(), turn);
    }

    /** Whether this process knows a turn that is assigned to it in the database. */
    public boolean knows(TurnId id, ConversationId conversation) {
        return running.containsKey(id) || opening.contains(id) || starting.contains(conversation);
    }
}
