package dev.parley.turn;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/**
 * The turn does not exist or belongs to another user; a caller cannot distinguish the two cases.
 */
public final class TurnNotFound extends ParleyException {

    public TurnNotFound(TurnId id) {
        super(ProblemCode.NOT_FOUND, "There is no turn " + id + ".");
    }
}
