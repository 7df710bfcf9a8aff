package dev.parley.platform.problem;

/** The account has as many entries of a kind as an account may have. */
public final class LimitReached extends ParleyException {

    /**
     * @param kind the plural of the kind, as in "tasks"
     */
    public LimitReached(String kind, int limit) {
        this(kind, limit, "Delete some before you add more.");
    }

    /**
     * @param kind the plural of the kind, as in "tasks"
     * @param remedy a sentence that says what to do
     */
    public LimitReached(String kind, int limit, String remedy) {
        super(
                ProblemCode.LIMIT_REACHED,
                "An account may have %d %s. %s".formatted(limit, kind, remedy));
    }
}
