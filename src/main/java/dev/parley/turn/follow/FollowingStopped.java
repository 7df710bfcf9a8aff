package dev.parley.turn.follow;

import dev.parley.turn.TurnId;

/** This process is stopping; the turn goes on, and is to be asked for at another replica. */
public final class FollowingStopped extends RuntimeException {

    private final TurnId turn;

    FollowingStopped(TurnId turn) {
        super("Turn " + turn + " goes on elsewhere", null, false, false);
        this.turn = turn;
    }

    public TurnId turn() {
        return turn;
    }
}
