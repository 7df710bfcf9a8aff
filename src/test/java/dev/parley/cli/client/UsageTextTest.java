package dev.parley.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cli.terminal.JsonOutput;
import org.junit.jupiter.api.Test;

/** What {@code /usage} prints. */
class UsageTextTest {

    private static final String QUERIES =
            "\"plan\":\"free\",\"used\":9,\"limit\":1000,\"remaining\":991,\"resets_at\":\"2026-12-01T00:00:00Z\"";
    private static final String OF_QUERIES =
            "Queries: 9 used of 1,000, 991 left until 2026-12-01T00:00:00Z (plan free).";

    @Test
    void olderServerTellsOfQueriesAlone() {
        assertThat(UsageText.of(JsonOutput.read("{" + QUERIES + "}"))).containsExactly(OF_QUERIES);
    }

    @Test
    void tellsTokensAndCost() {
        String quota =
                """
                {%s,
                 "tokens": {"input": 12000, "cached": 2000, "output": 345, "used": 12345,
                            "limit": 100000, "remaining": 87655, "is_estimated": true},
                 "cost": {"used": 0.42, "limit": 5, "remaining": 4.58, "currency": "EUR"},
                 "usage": [{"agent_type": "assistant", "model": "small", "input_tokens": 12000,
                            "cached_tokens": 2000, "output_tokens": 345, "cost": 0.42,
                            "is_estimated": true}]}
                """
                        .formatted(QUERIES);

        assertThat(UsageText.of(JsonOutput.read(quota)))
                .containsExactly(
                        OF_QUERIES,
                        "Tokens: 12,345 used of 100,000, 87,655 left: 12,000 read, 2,000 of them"
                                + " from a cache, and 345 written (partly estimated).",
                        "Cost: 0.42 EUR used of 5 EUR, 4.58 EUR left.",
                        "  assistant, small: 12,000 read (2,000 from a cache), 345 written, cost"
                                + " 0.42 (partly estimated)");
    }

    @Test
    void saysThatThereIsNoLimit() {
        String quota =
                """
                {%s,
                 "tokens": {"input": 0, "cached": 0, "output": 0, "used": 0, "limit": null,
                            "remaining": null, "is_estimated": false},
                 "cost": {"used": 0, "limit": null, "remaining": null, "currency": "USD"},
                 "usage": []}
                """
                        .formatted(QUERIES);

        assertThat(UsageText.of(JsonOutput.read(quota)))
                .containsExactly(
                        OF_QUERIES,
                        "Tokens: 0 used, without a limit: 0 read, 0 of them from a cache, and 0"
                                + " written.",
                        "Cost: 0 USD used, without a limit.");
    }
}
