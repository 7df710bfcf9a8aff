package dev.parley.quota.web;

import dev.parley.quota.ModelUsage;
import dev.parley.quota.Money;
import dev.parley.quota.Plan;
import dev.parley.quota.QuotaOverview;
import dev.parley.quota.QuotaStatus;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A user's quota, as the API returns it. */
record QuotaView(
        String plan,
        int used,
        int limit,
        int remaining,
        Instant resetsAt,
        TokensView tokens,
        CostView cost,
        List<ModelUsageView> usage,
        List<DailyUseView> days,
        List<MonthlyUseView> months) {

    static QuotaView of(QuotaOverview quota) {
        QuotaStatus status = quota.status();
        return new QuotaView(
                status.plan().name(),
                status.used(),
                status.limit(),
                status.remaining(),
                status.resetsAt(),
                TokensView.of(quota),
                CostView.of(quota),
                quota.usage().stream().map(ModelUsageView::of).toList(),
                quota.history().days().stream()
                        .map(day -> new DailyUseView(day.day(), day.used()))
                        .toList(),
                quota.history().months().stream()
                        .map(month -> new MonthlyUseView(month.month().toString(), month.used()))
                        .toList());
    }

    private static @Nullable Long remaining(OptionalLong limit, long used, long reserved) {
        return limit.isPresent() ? Math.max(0, limit.getAsLong() - used - reserved) : null;
    }

    private static @Nullable Long value(OptionalLong limit) {
        return limit.isPresent() ? limit.getAsLong() : null;
    }

    @Schema(
            name = "QuotaTokens",
            description = "What the turns of this month that have ended have used, in tokens")
    record TokensView(
            @Schema(description = "Tokens that models have read, with the cached ones") long input,
            @Schema(description = "The input tokens that the endpoint had in its cache")
                    long cached,
            @Schema(description = "Tokens that models have written") long output,
            @Schema(description = "Input and output together") long used,
            @Schema(description = "What turns that have not ended have reserved") long reserved,
            @Schema(description = "Of the plan; not there if it does not limit tokens")
                    @Nullable Long limit,
            @Schema(
                            description =
                                    "What is neither used nor reserved; not there if there is no"
                                            + " limit")
                    @Nullable Long remaining,
            @Schema(
                            description =
                                    "Whether some of the tokens are estimated, because the endpoint"
                                            + " reported none")
                    boolean isEstimated) {

        static TokensView of(QuotaOverview quota) {
            Plan plan = quota.status().plan();
            long used = quota.status().spent().tokens();
            long reserved = quota.reserved().tokens();
            return new TokensView(
                    sum(quota, ModelUsage::inputTokens),
                    sum(quota, ModelUsage::cachedTokens),
                    sum(quota, ModelUsage::outputTokens),
                    used,
                    reserved,
                    value(plan.tokenLimit()),
                    QuotaView.remaining(plan.tokenLimit(), used, reserved),
                    quota.usage().stream().anyMatch(ModelUsage::isEstimated));
        }

        private static long sum(QuotaOverview quota, ToLongFunction<ModelUsage> tokens) {
            return quota.usage().stream().mapToLong(tokens).sum();
        }
    }

    @Schema(name = "QuotaCost", description = "What these tokens cost, at the prices of their time")
    record CostView(
            BigDecimal used,
            BigDecimal reserved,
            @Schema(description = "Of the plan; not there if it does not limit cost")
                    @Nullable BigDecimal limit,
            @Schema(
                            description =
                                    "What is neither used nor reserved; not there if there is no"
                                            + " limit")
                    @Nullable BigDecimal remaining,
            @Schema(description = "A code of ISO 4217", examples = "USD") String currency) {

        static CostView of(QuotaOverview quota) {
            OptionalLong limit = quota.status().plan().costLimit();
            long used = quota.status().spent().cost();
            long reserved = quota.reserved().cost();
            return new CostView(
                    Money.of(used),
                    Money.of(reserved),
                    money(value(limit)),
                    money(QuotaView.remaining(limit, used, reserved)),
                    quota.currency());
        }

        private static @Nullable BigDecimal money(@Nullable Long millionths) {
            return millionths == null ? null : Money.of(millionths);
        }
    }

    @Schema(name = "ModelUsage", description = "What an agent has used of a model")
    record ModelUsageView(
            String agentType,
            String model,
            long inputTokens,
            long cachedTokens,
            long outputTokens,
            BigDecimal cost,
            boolean isEstimated) {

        static ModelUsageView of(ModelUsage usage) {
            return new ModelUsageView(
                    usage.agentType(),
                    usage.model(),
                    usage.inputTokens(),
                    usage.cachedTokens(),
                    usage.outputTokens(),
                    Money.of(usage.cost()),
                    usage.isEstimated());
        }
    }

    record DailyUseView(LocalDate day, int used) {}

    record MonthlyUseView(@Schema(examples = "2026-11") String month, int used) {}
}
