package dev.parley.turn.web;

import dev.parley.turn.TurnRecord;

/** The turn that the caller waited for has ended without a reply. */
final class Unanswered extends RuntimeException {

    private final TurnRecord turn;

    Unanswered(TurnRecord turn) {
        super("turn " + turn.id() + " has no reply", null, false, false);
        this.turn = turn;
    }

    TurnRecord turn() {
        return turn;
    }
}
