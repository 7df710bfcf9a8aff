package dev.parley.turn.store;

import dev.parley.conversation.ConversationId;
import dev.parley.conversation.ConversationParts;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;

/** The turns of a conversation, with their tool steps and idempotency keys. */
@ApplicationScoped
class TurnsOfConversation implements ConversationParts {

    private final TurnRepository turns;

    TurnsOfConversation(TurnRepository turns) {
        this.turns = turns;
    }

    @Override
    @Transactional
    public int deleteBatch(ConversationId conversation, int max) {
        return turns.deleteBatch(conversation, max);
    }
}
