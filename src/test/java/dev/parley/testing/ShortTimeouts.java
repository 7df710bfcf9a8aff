package dev.parley.testing;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** Limits an agent to 1.5 seconds, so that the tests of timeouts run fast. */
public final class ShortTimeouts implements QuarkusTestProfile {

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of("parley.agent.timeout", "1500ms");
    }
}
