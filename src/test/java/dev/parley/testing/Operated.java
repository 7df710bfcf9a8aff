package dev.parley.testing;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/**
 * The settings of an operator: an administrator, a small default plan, a large plan, and a plan
 * that allows no query.
 */
public final class Operated implements QuarkusTestProfile {

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "parley.admin.username", "root",
                "parley.admin.password", "a long secret",
                "parley.quota.plans.\"small\".limit", "1",
                "parley.quota.plans.\"large\".limit", "2",
                "parley.quota.plans.\"none\".limit", "0",
                "parley.quota.default-plan", "small",
                // Closed by default beside an issuer
                "parley.auth.registration", "open");
    }
}
