package dev.parley.turn;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** The caller can see no turn with a step that asks for an approval. */
public final class ApprovalNotFound extends ParleyException {

    public ApprovalNotFound(TurnId turn, String step) {
        super(
                ProblemCode.NOT_FOUND,
                "Step %s of turn %s asks for no approval of yours.".formatted(step, turn));
    }
}
