package dev.parley.turn.store;

import dev.parley.agent.AgentType;
import dev.parley.conversation.ConversationId;
import dev.parley.conversation.ConversationLog.Asked;
import dev.parley.conversation.ConversationLog.Beginning;
import dev.parley.conversation.ConversationLog.Held;
import dev.parley.conversation.MessageId;
import dev.parley.turn.TurnRequest;
import java.util.stream.Stream;

/**
 * A turn that has a place for its message.
 *
 * @param position of the message in the conversation, from 1
 * @param isFirst whether the conversation begins with it
 */
record PositionedTurn(
        TurnRequest turn,
        ConversationId conversation,
        AgentType agentType,
        int position,
        boolean isFirst) {

    static PositionedTurn atTheBeginning(TurnRequest turn) {
        return new PositionedTurn(
                turn, ConversationId.next(), turn.agentType().orElse(AgentType.ASSISTANT), 1, true);
    }

    static PositionedTurn in(Held conversation, TurnRequest turn) {
        return new PositionedTurn(
                turn,
                conversation.id(),
                turn.agentType().orElseGet(() -> new AgentType(conversation.agentType())),
                conversation.messages() + 1,
                false);
    }

    /** The conversation to begin, where there is none yet. */
    Stream<Beginning> beginning() {
        return isFirst
                ? Stream.of(
                        new Beginning(conversation, turn.user(), turn.message(), agentType.value()))
                : Stream.empty();
    }

    Asked asked(boolean runsNow) {
        return new Asked(
                conversation,
                MessageId.next(),
                turn.id().value(),
                position,
                turn.message(),
                runsNow);
    }
}
