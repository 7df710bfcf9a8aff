package dev.parley.profile;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** The user has no such thing. */
public final class ProfileEntryNotFound extends ParleyException {

    public ProfileEntryNotFound(String what, Object which) {
        super(ProblemCode.NOT_FOUND, "There is no %s %s.".formatted(what, which));
    }
}
