package dev.parley.agent;

/** Tokens as the language model counts them; zero if no model took part. */
public record Usage(long inputTokens, long outputTokens) {

    public static final Usage NONE = new Usage(0, 0);

    public Usage plus(Usage other) {
        return new Usage(
                sum(inputTokens, other.inputTokens), sum(outputTokens, other.outputTokens));
    }

    /** Counts are never negative, so a sum that is has overflowed. */
    private static long sum(long one, long other) {
        long sum = one + other;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
