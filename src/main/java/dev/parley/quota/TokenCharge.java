package dev.parley.quota;

import dev.parley.platform.identity.UserId;
import java.time.Instant;
import java.util.UUID;

/**
 * What one agent of a turn has used of one model: a row of the ledger.
 *
 * @param openedAt when the turn was opened; the tokens count for that month
 * @param path of the agent: empty for the turn's own, the path of the delegating step for a worker
 * @param inputTokens tokens that the model has read, with the cached ones
 * @param cost in millionths of the currency
 * @param isEstimated whether some of the tokens are estimated, because the endpoint reported none
 */
public record TokenCharge(
        UserId user,
        UUID turnId,
        Instant openedAt,
        String path,
        String agentType,
        String model,
        long inputTokens,
        long cachedTokens,
        long outputTokens,
        long cost,
        boolean isEstimated) {}
