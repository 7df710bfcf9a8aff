package dev.parley.turn;

/** As many turns are in flight as this process takes. */
public final class TooManyTurns extends RuntimeException {

    TooManyTurns(int limit) {
        super(
                "%d turns are in flight, which is all this process takes.".formatted(limit),
                null,
                false,
                false);
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
