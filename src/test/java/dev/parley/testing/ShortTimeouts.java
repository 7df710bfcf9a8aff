package dev.parley.testing;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** An agent may think for a second and a half, so that the tests of what takes too long do not. */
public final class ShortTimeouts implements QuarkusTestProfile {

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of("parley.agent.timeout", "1500ms");
    }
}
