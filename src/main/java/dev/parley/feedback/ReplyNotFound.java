package dev.parley.feedback;

import dev.parley.conversation.MessageId;
import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** The user has no such reply: the message does not exist or is not a reply to this user. */
public final class ReplyNotFound extends ParleyException {

    ReplyNotFound(MessageId id) {
        super(ProblemCode.NOT_FOUND, "There is no reply " + id.value() + ".");
    }
}
