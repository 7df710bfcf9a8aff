package dev.parley.quota;

import java.util.List;

/** There is no plan of that name. */
public final class UnknownPlan extends RuntimeException {

    private final List<String> known;

    UnknownPlan(List<String> known) {
        super("unknown plan", null, false, false);
        this.known = List.copyOf(known);
    }

    public List<String> known() {
        return known;
    }
}
