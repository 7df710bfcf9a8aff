package dev.parley.turn;

import dev.parley.agent.Acquaintance;
import dev.parley.agent.AgentType;
import dev.parley.agent.Toolbox;
import dev.parley.agent.Usage;
import dev.parley.conversation.ConversationId;
import dev.parley.conversation.ConversationNotFound;
import dev.parley.conversation.Said;
import dev.parley.identity.UserId;
import dev.parley.quota.QuotaExhausted;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where turns are written down. Each move is a part of one short transaction; what it returns is
 * committed.
 */
interface Ledger {

    /**
     * Opens a turn: claims its conversation or a place in the line before it, charges the query,
     * stores the message, reads the latest messages. All of it, or nothing.
     *
     * @throws AskedBefore where the request's key began another turn
     * @throws KeyReused where another request had the same key
     * @throws QuotaExhausted where the user has no query left
     * @throws ConversationNotFound where the user has no such conversation
     * @throws ConversationBusy where another turn runs in it
     */
    Opened open(NewTurn turn);

    /**
     * Settles a turn: its ending, the reply where there is one, the conversation's version. A turn
     * that has already ended, or runs elsewhere, stays as it is.
     */
    Settled settle(Opened turn, TurnOutcome outcome, Telling telling);

    /** Lets the first in line run here, where the conversation is idle. */
    Optional<Opened> startNext(ConversationId conversation);

    /**
     * What became of settling.
     *
     * @param record the turn as it stands now
     * @param asAsked whether it was settled as it was asked just now; else it had been before, or
     *     was taken over, and the record tells of that
     * @param lineBehind whether others may stand in line behind it
     */
    record Settled(TurnRecord record, boolean asAsked, boolean lineBehind) {}

    /**
     * A turn that was opened.
     *
     * @param queued whether it stands in line; then it has no history yet
     * @param acquaintance what the agent is told of the user; nothing yet where it is queued
     * @param history the latest messages, oldest first; the last is the one to answer
     * @param recorded what its tools did before a crash
     */
    record Opened(
            Fence fence,
            UserId user,
            ConversationId conversation,
            AgentType agentType,
            Instant startedAt,
            boolean queued,
            Acquaintance acquaintance,
            List<Said> history,
            List<Toolbox.Use> recorded) {

        TurnId id() {
            return fence.turn();
        }

        /** The same, no longer in line. */
        Opened startedWith(Acquaintance known, List<Said> latest) {
            return with(false, known, latest);
        }

        /** The same, without what only the agent needs. */
        Opened withoutBriefing() {
            return with(queued, Acquaintance.NONE, List.of());
        }

        private Opened with(boolean queuing, Acquaintance known, List<Said> latest) {
            return new Opened(
                    fence,
                    user,
                    conversation,
                    agentType,
                    startedAt,
                    queuing,
                    known,
                    latest,
                    recorded);
        }

        TurnRecord record() {
            return new TurnRecord(
                    id(),
                    conversation,
                    agentType,
                    queued ? TurnStatus.QUEUED : TurnStatus.RUNNING,
                    Optional.empty(),
                    Optional.empty(),
                    Usage.NONE,
                    startedAt,
                    Optional.empty(),
                    Optional.empty());
        }
    }
}
