package dev.parley.turn;

import dev.parley.agent.AgentType;
import dev.parley.conversation.ConversationId;
import dev.parley.conversation.ConversationNotFound;
import dev.parley.conversation.StoredMessage;
import dev.parley.identity.UserId;
import dev.parley.quota.QuotaExhausted;
import java.time.Instant;
import java.util.List;

/**
 * Where turns are written down. Each move is one short transaction; what it returns is committed.
 */
interface Ledger {

    /**
     * Opens a turn: claims its conversation, charges the query, stores the message, reads the
     * latest messages. All of it, or nothing.
     *
     * @param admission asked who may answer before anything is charged; refuses by throwing, and
     *     answers from memory
     * @throws QuotaExhausted where the user has no query left
     * @throws ConversationNotFound where the user has no such conversation
     * @throws ConversationBusy where another turn runs in it
     */
    Opened open(NewTurn turn, Admission admission);

    /**
     * Settles a turn: its ending, the reply where there is one, the conversation's version. A turn
     * that has already ended stays as it is.
     *
     * @return the turn as it stands now
     */
    TurnRecord settle(Opened turn, TurnState.Ending ending);

    /** Who may answer, at this moment. */
    @FunctionalInterface
    interface Admission {

        void admit(AgentType agentType);
    }

    /**
     * A turn that was opened.
     *
     * @param history the latest messages, oldest first; the last is the one to answer
     */
    record Opened(
            TurnId id,
            UserId user,
            ConversationId conversation,
            AgentType agentType,
            Instant startedAt,
            List<StoredMessage> history) {

        /** Messages that an agent gets to read. */
        static final int HISTORY = 50;
    }
}
