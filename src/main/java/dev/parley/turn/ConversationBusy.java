package dev.parley.turn;

import dev.parley.conversation.ConversationId;
import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/**
 * Another turn is running or queued in the conversation, and the new turn may not be queued or the
 * queue is full; or a step that summarises the conversation is at work already.
 */
public final class ConversationBusy extends ParleyException {

    private ConversationBusy(String detail) {
        super(ProblemCode.CONVERSATION_BUSY, detail);
    }

    public static ConversationBusy with(ConversationId conversation) {
        return new ConversationBusy(
                "Another turn is running in conversation %s; send the message after that turn has ended, or set when_busy."
                        .formatted(conversation));
    }

    public static ConversationBusy notToBeDeleted(ConversationId conversation) {
        return new ConversationBusy(
                "A turn is running or queued in conversation %s; cancel the turn, or delete the conversation after the turn has ended."
                        .formatted(conversation));
    }

    public static ConversationBusy summarizing(ConversationId conversation) {
        return new ConversationBusy(
                "The summary of conversation %s is being written; read it in a moment."
                        .formatted(conversation));
    }

    public static ConversationBusy queueFull(ConversationId conversation, int limit) {
        return new ConversationBusy(
                "%d turns are already queued in conversation %s, which is the limit."
                        .formatted(limit, conversation));
    }
}
