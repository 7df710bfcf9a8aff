package dev.parley.conversation;

/** There is no such conversation, or it is somebody else's; the two are not told apart. */
public final class ConversationNotFound extends RuntimeException {

    public ConversationNotFound(ConversationId id) {
        super("There is no conversation " + id + ".", null, false, false);
    }
}
