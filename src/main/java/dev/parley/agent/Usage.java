package dev.parley.agent;

/**
 * Tokens as the language model counts them; zero if no model took part.
 *
 * @param inputTokens tokens that the model has read, with the cached ones
 * @param cachedTokens the input tokens that the endpoint had in its cache
 * @param outputTokens tokens that the model has written
 * @param isEstimated whether some of the tokens are estimated, because the endpoint reported none
 */
public record Usage(long inputTokens, long cachedTokens, long outputTokens, boolean isEstimated) {

    public static final Usage NONE = new Usage(0, 0);

    /** Tokens that the endpoint has reported, none of them cached. */
    public Usage(long inputTokens, long outputTokens) {
        this(inputTokens, 0, outputTokens, false);
    }

    public Usage plus(Usage other) {
        return new Usage(
                inputTokens + other.inputTokens,
                cachedTokens + other.cachedTokens,
                outputTokens + other.outputTokens,
                isEstimated || other.isEstimated);
    }

    /**
     * The usage of one call that is reported in parts, or again and again with what was used so
     * far.
     */
    public Usage max(Usage other) {
        return new Usage(
                Math.max(inputTokens, other.inputTokens),
                Math.max(cachedTokens, other.cachedTokens),
                Math.max(outputTokens, other.outputTokens),
                isEstimated || other.isEstimated);
    }

    /** Input and output tokens together. */
    public long tokens() {
        return inputTokens + outputTokens;
    }
}
