package dev.parley.quota;

import java.time.YearMonth;
import java.util.List;

/**
 * What users have used in a month.
 *
 * @param currency a code of ISO 4217
 */
public record MonthlyUsage(YearMonth month, List<ModelUsage> byModel, String currency) {

    public MonthlyUsage {
        byModel = List.copyOf(byModel);
    }

    /** What all agents have used of all models. */
    public Spending spent() {
        return new Spending(
                byModel.stream()
                        .mapToLong(usage -> usage.inputTokens() + usage.outputTokens())
                        .sum(),
                byModel.stream().mapToLong(ModelUsage::cost).sum());
    }
}
