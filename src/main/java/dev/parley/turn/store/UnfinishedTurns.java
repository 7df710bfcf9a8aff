package dev.parley.turn.store;

import dev.parley.conversation.ConversationId;
import dev.parley.platform.identity.UserId;
import dev.parley.turn.TurnId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;

/** Finds turns that have not ended; each call is one short transaction. */
@ApplicationScoped
@Transactional
public class UnfinishedTurns {

    /** A caller whose user has more turns calls again. */
    private static final int MAX_COUNT = 200;

    private final TurnRepository turns;

    UnfinishedTurns(TurnRepository turns) {
        this.turns = turns;
    }

    /** The user's unfinished turns, at most {@value #MAX_COUNT}. */
    public List<TurnId> of(UserId user) {
        return turns.open(user, MAX_COUNT);
    }

    public boolean isAnyIn(ConversationId conversation) {
        return turns.findActive(conversation).isPresent()
                || turns.findFirstQueued(conversation).isPresent();
    }
}
