package dev.parley.conversation;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** There is no such conversation, or it is somebody else's; the two are not told apart. */
public final class ConversationNotFound extends ParleyException {

    public ConversationNotFound(ConversationId id) {
        super(ProblemCode.NOT_FOUND, "There is no conversation " + id + ".");
    }
}
