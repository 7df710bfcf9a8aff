package dev.parley.conversation;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** The conversation was changed after the caller read it. */
public final class VersionConflict extends ParleyException {

    VersionConflict(long current) {
        super(
                ProblemCode.VERSION_CONFLICT,
                "The conversation now has version %d; read it again.".formatted(current));
    }
}
