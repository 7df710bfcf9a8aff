package dev.parley.userdata;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;
import java.time.Duration;

/** As many exports as this process writes at once are being written. */
public final class TooManyExports extends ParleyException {

    private static final Duration PAUSE = Duration.ofSeconds(10);

    TooManyExports() {
        super(ProblemCode.OVERLOADED, "Too many exports are being written just now.", PAUSE);
    }
}
