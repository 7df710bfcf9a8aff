package dev.parley.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.testing.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The plans of the configuration. */
class PlanCatalogueTest {

    @Test
    void readsBudgets() {
        Plan plan = plans("team.tokens", "7", "team.cost", "0.5").find("team").orElseThrow();

        assertThat(plan.tokenLimit()).hasValue(7);
        assertThat(plan.costLimit()).hasValue(500_000);
        assertThat(plan.limit()).isEqualTo(1_000);
    }

    @ParameterizedTest
    @CsvSource({
        "team.tokens, -1",
        "team.tokens, 1000000000001",
        "team.cost, -0.5",
        "team.cost, 1000000000000.1",
        "team.cost, 1e30",
    })
    void namesBudgetOutOfRange(String key, String value) {
        assertThatThrownBy(() -> plans(key, value))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("parley.quota.plans." + key + " must be 0 to 1000000000000");
    }

    private static PlanCatalogue plans(String... settings) {
        String[] keys = settings.clone();
        for (int i = 0; i < keys.length; i += 2) {
            keys[i] = "parley.quota.plans." + keys[i];
        }
        return new PlanCatalogue(Settings.of(QuotaConfig.class, keys));
    }
}
