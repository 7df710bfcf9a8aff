package dev.parley.conversation;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/**
 * The conversation does not exist or belongs to another user; the message does not reveal which.
 */
public final class ConversationNotFound extends ParleyException {

    public ConversationNotFound(ConversationId id) {
        super(ProblemCode.NOT_FOUND, "There is no conversation " + id + ".");
    }
}
