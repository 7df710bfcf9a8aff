package dev.parley.quota;

/**
 * What an agent has used of a model in one month.
 *
 * @param inputTokens tokens that the model has read, with the cached ones
 * @param cost in millionths of the currency
 * @param isEstimated whether some of the tokens are estimated, because the endpoint reported none
 */
public record ModelUsage(
        String agentType,
        String model,
        long inputTokens,
        long cachedTokens,
        long outputTokens,
        long cost,
        boolean isEstimated) {}
