package dev.parley.userdata;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;
import java.time.Duration;

/** The process has reached its maximum of concurrent exports, or the user already has an export. */
public final class TooManyExports extends ParleyException {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

    TooManyExports() {
        super(ProblemCode.OVERLOADED, "Too many exports are running at the moment.", RETRY_AFTER);
    }
}
