package dev.parley.feedback;

import dev.parley.conversation.MessageId;
import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** The user has no such reply: none at all, or the message is their own. */
public final class ReplyNotFound extends ParleyException {

    ReplyNotFound(MessageId id) {
        super(ProblemCode.NOT_FOUND, "There is no reply " + id.value() + ".");
    }
}
