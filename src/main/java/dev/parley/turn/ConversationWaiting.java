package dev.parley.turn;

import dev.parley.conversation.ConversationId;
import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** The turn before waits for a person, and the new turn may not be queued. */
public final class ConversationWaiting extends ParleyException {

    public ConversationWaiting(ConversationId conversation, TurnId waiting) {
        super(
                ProblemCode.CONVERSATION_WAITING,
                "Turn %s of conversation %s waits for an approval. Decide it (GET /api/approvals lists what is open), cancel the turn, or set when_busy."
                        .formatted(waiting, conversation));
    }
}
