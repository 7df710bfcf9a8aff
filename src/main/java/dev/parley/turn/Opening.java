package dev.parley.turn;

import dev.parley.agent.AgentType;

/** A turn that waits to be opened. */
final class Opening {

    private final NewTurn turn;
    private final Ledger.Admission admission;
    private boolean admitted;

    Opening(NewTurn turn, Ledger.Admission admission) {
        this.turn = turn;
        this.admission = admission;
    }

    NewTurn turn() {
        return turn;
    }

    /** Asks once, however often opening is tried: an agent may let just one through, to try. */
    void admit(AgentType agentType) {
        if (!admitted) {
            admission.admit(agentType);
            admitted = true;
        }
    }
}
