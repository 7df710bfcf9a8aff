package dev.parley.conversation;

/** Knows whether something is being done in a conversation. Beans of this type are asked. */
public interface ConversationInUse {

    /**
     * Called while the conversation is held, before it is deleted.
     *
     * @throws RuntimeException where something is; nothing is deleted then
     */
    void requireNoActiveTurn(ConversationId conversation);
}
