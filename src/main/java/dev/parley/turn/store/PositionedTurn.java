package dev.parley.turn.store;

import dev.parley.agent.AgentType;
import dev.parley.conversation.ConversationId;
import dev.parley.conversation.ConversationStore.LockedConversation;
import dev.parley.conversation.ConversationStore.NewConversation;
import dev.parley.conversation.ConversationStore.UserMessage;
import dev.parley.conversation.MessageId;
import dev.parley.turn.TurnRequest;
import java.util.stream.Stream;

/**
 * A turn whose message has a position in its conversation.
 *
 * @param position of the message in the conversation, from 1
 * @param isFirst whether the message begins the conversation
 */
record PositionedTurn(
        TurnRequest turn,
        ConversationId conversation,
        AgentType agentType,
        int position,
        boolean isFirst) {

    static PositionedTurn ofNewConversation(TurnRequest turn) {
        return new PositionedTurn(
                turn, ConversationId.next(), turn.agentType().orElse(AgentType.ASSISTANT), 1, true);
    }

    static PositionedTurn in(LockedConversation conversation, TurnRequest turn) {
        return new PositionedTurn(
                turn,
                conversation.id(),
                turn.agentType().orElseGet(() -> new AgentType(conversation.agentType())),
                conversation.messages() + 1,
                false);
    }

    /** The conversation to create; empty if the conversation exists. */
    Stream<NewConversation> newConversation() {
        return isFirst
                ? Stream.of(
                        new NewConversation(
                                conversation, turn.user(), turn.message(), agentType.value()))
                : Stream.empty();
    }

    UserMessage toUserMessage(boolean runsNow) {
        return new UserMessage(
                conversation,
                MessageId.next(),
                turn.id().value(),
                position,
                turn.message(),
                runsNow);
    }
}
