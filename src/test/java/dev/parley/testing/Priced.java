package dev.parley.testing;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** Agents of several prices; {@code echo} and all others cost one query. */
public final class Priced implements QuarkusTestProfile {

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "parley.agents.\"offline\".price", "0",
                "parley.agents.\"unstorable\".price", "2",
                "parley.agents.\"gated\".price", "2",
                "parley.agents.\"counting\".price", "3",
                "parley.agents.\"broken\".price", "3",
                "parley.agents.\"assistant\".price", "4",
                "parley.agents.\"assistant\".workers", "counting",
                "parley.agents.\"assistant\".approvals.\"add_task\"", "always");
    }
}
