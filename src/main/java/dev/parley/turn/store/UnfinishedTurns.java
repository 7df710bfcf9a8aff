package dev.parley.turn.store;

import dev.parley.conversation.ConversationId;
import dev.parley.platform.identity.UserId;
import dev.parley.turn.TurnId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;

/** Looks for turns that have not ended, each call one short transaction. */
@ApplicationScoped
@Transactional
public class UnfinishedTurns {

    /** An observer with more turns is asked again. */
    private static final int MAX_COUNT = 200;

    private final TurnRepository turns;

    UnfinishedTurns(TurnRepository turns) {
        this.turns = turns;
    }

    /** Some of the user's. */
    public List<TurnId> of(UserId user) {
        return turns.open(user, MAX_COUNT);
    }

    public boolean isAnyIn(ConversationId conversation) {
        return turns.findActive(conversation).isPresent()
                || turns.findFirstQueued(conversation).isPresent();
    }
}
