package dev.parley.turn;

import dev.parley.conversation.ConversationId;

/** Another turn runs or waits in the conversation. */
public final class ConversationBusy extends RuntimeException {

    ConversationBusy(ConversationId conversation) {
        super(
                "Another turn is running in conversation %s; send the message when it has ended."
                        .formatted(conversation),
                null,
                false,
                false);
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
