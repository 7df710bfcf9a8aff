package dev.parley.turn;

import dev.parley.conversation.ConversationId;
import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/**
 * Another turn runs or waits in the conversation, and there is no place in line, or none wanted.
 */
public final class ConversationBusy extends ParleyException {

    private ConversationBusy(String detail) {
        super(ProblemCode.CONVERSATION_BUSY, detail);
    }

    public static ConversationBusy with(ConversationId conversation) {
        return new ConversationBusy(
                "Another turn is running in conversation %s; send the message when it has ended, or with when_busy."
                        .formatted(conversation));
    }

    public static ConversationBusy notToBeDeleted(ConversationId conversation) {
        return new ConversationBusy(
                "A turn runs or waits in conversation %s; cancel it, or delete the conversation when it has ended."
                        .formatted(conversation));
    }

    public static ConversationBusy fullLine(ConversationId conversation, int most) {
        return new ConversationBusy(
                "%d messages are already waiting in conversation %s, which is all it takes."
                        .formatted(most, conversation));
    }
}
