package dev.parley.quota;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;
import java.util.List;

/** No plan has this name. */
public final class UnknownPlan extends ParleyException {

    private final List<String> known;

    UnknownPlan(List<String> known) {
        super(
                ProblemCode.INVALID_REQUEST,
                "plan must be one of %s.".formatted(String.join(", ", known)));
        this.known = List.copyOf(known);
    }

    public List<String> known() {
        return known;
    }
}
