package dev.parley.turn;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** There is no such turn, or it is somebody else's; the two are not told apart. */
public final class TurnNotFound extends ParleyException {

    public TurnNotFound(TurnId id) {
        super(ProblemCode.NOT_FOUND, "There is no turn " + id + ".");
    }
}
