package dev.parley.platform.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.Logged;
import dev.parley.testing.ParleyTest;
import jakarta.inject.Inject;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** How many connections of the pool are promised at once. */
@ParleyTest
class ConnectionBudgetTest {

    @Inject ConnectionBudget budget;

    @ConfigProperty(name = "quarkus.datasource.jdbc.max-size")
    int poolSize;

    @Test
    void whatIsShippedLeavesConnectionForOtherRequests() {
        assertThat(budget.total()).isPositive().isLessThan(poolSize);
    }

    @Test
    void warnsWhereClaimsFillThePool() {
        try (Logged logged = Logged.of(ConnectionBudget.class)) {
            ConnectionBudget full = new ConnectionBudget(10);
            full.claim("turns", 5);
            full.claim("tools", 2);
            assertThat(logged.lines()).isEmpty();

            full.claim("rate limits", 3);

            assertThat(logged.lines())
                    .singleElement()
                    .asString()
                    .contains("{rate limits=3, tools=2, turns=5}")
                    .contains("max-size to 11");
        }
    }
}
