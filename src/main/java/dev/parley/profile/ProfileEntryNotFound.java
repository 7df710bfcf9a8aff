package dev.parley.profile;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** The user has no such preference, skill or training. */
public final class ProfileEntryNotFound extends ParleyException {

    public ProfileEntryNotFound(String kind, Object key) {
        super(ProblemCode.NOT_FOUND, "There is no %s %s.".formatted(kind, key));
    }
}
