package dev.parley.feedback;

import dev.parley.conversation.MessageId;

/** The user has no such reply: none at all, or the message is their own. */
public final class ReplyNotFound extends RuntimeException {

    ReplyNotFound(MessageId id) {
        super("There is no reply " + id.value() + ".", null, false, false);
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
