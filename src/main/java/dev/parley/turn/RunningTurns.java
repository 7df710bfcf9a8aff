package dev.parley.turn;

import dev.parley.conversation.ConversationId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The turns that this process runs or is about to run. */
@ApplicationScoped
public class RunningTurns {

    private final Map<TurnId, RunningTurn> running = new ConcurrentHashMap<>();
    private final Set<TurnId> opening = ConcurrentHashMap.newKeySet();
    private final Set<ConversationId> starting = ConcurrentHashMap.newKeySet();

    /** The stream of a turn that runs here. */
    public Optional<TurnStream> stream(TurnId id) {
        return find(id).map(RunningTurn::stream);
    }

    Optional<RunningTurn> find(TurnId id) {
        return Optional.ofNullable(running.get(id));
    }

    Collection<RunningTurn> all() {
        return running.values();
    }

    /** How long the one has been running that runs longest; nothing where none does. */
    Duration oldest() {
        return running.values().stream()
                .map(RunningTurn::elapsed)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    void opening(TurnId id) {
        opening.add(id);
    }

    void opened(TurnId id) {
        opening.remove(id);
    }

    void starting(ConversationId id) {
        starting.add(id);
    }

    void started(ConversationId id) {
        starting.remove(id);
    }

    /**
     * @return whether it is to be run: not where it already runs here, in this attempt
     */
    boolean add(RunningTurn turn) {
        return running.compute(
                        turn.opened().id(),
                        (id, known) ->
                                known == null || known.attempt() < turn.attempt() ? turn : known)
                == turn;
    }

    void remove(RunningTurn turn) {
        running.remove(turn.opened().id(), turn);
    }

    /** Whether this process knows of a turn that the database has for it. */
    boolean knows(TurnId id, ConversationId conversation) {
        return running.containsKey(id) || opening.contains(id) || starting.contains(conversation);
    }
}
