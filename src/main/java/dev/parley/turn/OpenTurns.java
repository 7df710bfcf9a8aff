package dev.parley.turn;

import dev.parley.conversation.ConversationId;
import dev.parley.platform.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;

/** Looks for turns that have not ended, each call one short transaction. */
@ApplicationScoped
@Transactional
class OpenTurns {

    /** An observer with more turns is asked again. */
    private static final int MOST = 200;

    private final Turns turns;

    OpenTurns(Turns turns) {
        this.turns = turns;
    }

    /** Some of the user's. */
    List<TurnId> of(UserId user) {
        return turns.open(user, MOST);
    }

    boolean isAnyIn(ConversationId conversation) {
        return turns.atWork(conversation).isPresent()
                || turns.firstInLine(conversation).isPresent();
    }
}
