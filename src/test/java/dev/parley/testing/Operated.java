package dev.parley.testing;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/**
 * What an operator has set: an administrator, and plans beside the shipped one, a small one for
 * everybody, a large one, and one that allows nothing.
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
                "parley.quota.default-plan", "small");
    }
}
