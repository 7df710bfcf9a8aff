package dev.parley.profile;

import dev.parley.api.problem.ParleyException;
import dev.parley.api.problem.ProblemCode;

/** The user has no such thing. */
public final class NotInProfile extends ParleyException {

    NotInProfile(String what, Object which) {
        super(ProblemCode.NOT_FOUND, "There is no %s %s.".formatted(what, which));
    }
}
