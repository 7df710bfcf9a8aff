package dev.parley.conversation;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** The conversation has moved on since it was read. */
public final class VersionConflict extends ParleyException {

    VersionConflict(long current) {
        super(
                ProblemCode.VERSION_CONFLICT,
                "The conversation has version %d by now; read it again.".formatted(current));
    }
}
