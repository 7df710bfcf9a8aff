package dev.parley.quota;

/** At how much of a limit its user is notified. */
final class Threshold {

    private static final double WARNING_SHARE = 0.8;

    private Threshold() {}

    /** Whether 80 % or 100 % of the limit is reached, or passed, by what was just used. */
    static boolean isReached(long limit, long before, long used) {
        return isBetween(before, limit, used)
                || isBetween(before, (long) Math.ceil(WARNING_SHARE * limit), used);
    }

    private static boolean isBetween(long before, long threshold, long used) {
        return before < threshold && threshold <= used;
    }
}
