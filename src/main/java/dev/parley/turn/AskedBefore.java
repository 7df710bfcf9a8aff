package dev.parley.turn;

/** The request was made before, under the same key: its turn is this one. Nothing was opened. */
final class AskedBefore extends RuntimeException {

    private final TurnId turn;

    AskedBefore(TurnId turn) {
        super("asked before", null, false, false);
        this.turn = turn;
    }

    TurnId turn() {
        return turn;
    }
}
