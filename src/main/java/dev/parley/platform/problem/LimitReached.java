package dev.parley.platform.problem;

/** The account has as many entries of a kind as an account may have. */
public final class LimitReached extends ParleyException {

    /**
     * @param kind the plural of the kind, as in "tasks"
     */
    public LimitReached(String kind, int limit) {
        super(
                ProblemCode.LIMIT_REACHED,
                "An account may have %d %s. Delete some before you add more."
                        .formatted(limit, kind));
    }
}
