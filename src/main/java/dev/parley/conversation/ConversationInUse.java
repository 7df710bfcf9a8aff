package dev.parley.conversation;

/** Checks whether a conversation is in use. All beans of this type are called before a deletion. */
public interface ConversationInUse {

    /**
     * Called before the conversation is deleted, with the row of the conversation locked.
     *
     * @throws RuntimeException if a turn is active; the conversation is not deleted then
     */
    void requireNoActiveTurn(ConversationId conversation);
}
