package dev.parley.profile;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** There is no room for another. */
public final class ProfileLimitExceeded extends ParleyException {

    public ProfileLimitExceeded(String what, int most) {
        super(
                ProblemCode.INVALID_REQUEST,
                "There are %d %s already, and no more than that; remove one first."
                        .formatted(most, what));
    }
}
