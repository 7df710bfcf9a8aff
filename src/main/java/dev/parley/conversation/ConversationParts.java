package dev.parley.conversation;

/** Rows of another module that belong to conversations, and are deleted with them. */
public interface ConversationParts {

    /**
     * Deletes some rows of a conversation that is being deleted, in a transaction of its own.
     *
     * @return how many rows were deleted; fewer than {@code max} if none is left
     */
    int deleteBatch(ConversationId conversation, int max);
}
