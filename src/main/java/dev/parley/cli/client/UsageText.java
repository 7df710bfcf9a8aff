package dev.parley.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The quota of a user and its use, as sentences. Older servers report queries only. */
final class UsageText {

    private static final String ESTIMATED = " (partly estimated)";

    private UsageText() {}

    /**
     * @param quota the response of {@code GET /api/me/quota}
     */
    static List<String> of(JsonNode quota) {
        List<String> lines = new ArrayList<>();
        lines.add(
                "Queries: %s used of %s, %s left until %s (plan %s)."
                        .formatted(
                                number(quota.path("used")),
                                number(quota.path("limit")),
                                number(quota.path("remaining")),
                                quota.path("resets_at").asText(),
                                quota.path("plan").asText()));
        JsonNode tokens = quota.path("tokens");
        if (tokens.isObject()) {
            lines.add(
                    "Tokens: %s used%s: %s read, %s of them from a cache, and %s written%s."
                            .formatted(
                                    number(tokens.path("used")),
                                    limit(tokens, ""),
                                    number(tokens.path("input")),
                                    number(tokens.path("cached")),
                                    number(tokens.path("output")),
                                    estimated(tokens)));
        }
        JsonNode cost = quota.path("cost");
        if (cost.isObject()) {
            String currency = " " + cost.path("currency").asText();
            lines.add(
                    "Cost: %s%s used%s."
                            .formatted(number(cost.path("used")), currency, limit(cost, currency)));
        }
        for (JsonNode usage : quota.path("usage")) {
            lines.add(
                    "  %s, %s: %s read (%s from a cache), %s written, cost %s%s"
                            .formatted(
                                    usage.path("agent_type").asText(),
                                    usage.path("model").asText(),
                                    number(usage.path("input_tokens")),
                                    number(usage.path("cached_tokens")),
                                    number(usage.path("output_tokens")),
                                    number(usage.path("cost")),
                                    estimated(usage)));
        }
        return lines;
    }

    private static String limit(JsonNode used, String unit) {
        return used.path("limit").isNumber()
                ? " of %s%s, %s%s left"
                        .formatted(
                                number(used.path("limit")),
                                unit,
                                number(used.path("remaining")),
                                unit)
                : ", without a limit";
    }

    private static String estimated(JsonNode usage) {
        return usage.path("is_estimated").asBoolean() ? ESTIMATED : "";
    }

    private static String number(JsonNode number) {
        return number.isIntegralNumber()
                ? String.format(Locale.ROOT, "%,d", number.longValue())
                : number.isNumber() ? number.decimalValue().toPlainString() : "?";
    }
}
