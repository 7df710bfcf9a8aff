package dev.parley.quota;

import java.util.List;

/**
 * What a user has used of the plan, in detail.
 *
 * @param reserved what turns that have not ended have reserved
 * @param usage what the turns of this month that have ended have used, by agent and model
 * @param currency a code of ISO 4217
 */
public record QuotaOverview(
        QuotaStatus status,
        QuotaHistory history,
        Spending reserved,
        List<ModelUsage> usage,
        String currency) {

    public QuotaOverview {
        usage = List.copyOf(usage);
    }
}
