package dev.parley.profile;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** The user has reached a limit of {@link ProfileLimits}. */
public final class ProfileLimitExceeded extends ParleyException {

    public ProfileLimitExceeded(String kind, int limit) {
        super(
                ProblemCode.INVALID_REQUEST,
                "The limit of %d %s is reached. Remove one first.".formatted(limit, kind));
    }
}
