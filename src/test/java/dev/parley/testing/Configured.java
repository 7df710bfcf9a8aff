package dev.parley.testing;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;

/** Configuration for tests that start no application: the defaults and the settings of the test. */
public final class Configured {

    private static final int HIGHEST_ORDINAL = 1_000;

    private Configured() {}

    public static <T> T as(Class<T> mapping) {
        return as(mapping, Map.of());
    }

    public static <T> T as(Class<T> mapping, Map<String, String> settings) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withSources(new PropertiesConfigSource(settings, "test", HIGHEST_ORDINAL))
                .withMapping(mapping)
                .build()
                .getConfigMapping(mapping);
    }
}
