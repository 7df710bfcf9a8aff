package dev.parley.turn;

/** There is no such turn, or it is somebody else's; the two are not told apart. */
public final class TurnNotFound extends RuntimeException {

    TurnNotFound(TurnId id) {
        super("There is no turn " + id + ".", null, false, false);
    }
}
