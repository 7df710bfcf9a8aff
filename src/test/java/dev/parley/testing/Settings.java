package dev.parley.testing;

import io.smallrye.config.SmallRyeConfigBuilder;

/** Settings without a running application. */
public final class Settings {

    private Settings() {}

    /** The defaults with changes: key, value, key, value. */
    public static <T> T of(Class<T> mapping, String... changed) {
        SmallRyeConfigBuilder builder =
                new SmallRyeConfigBuilder().addDiscoveredConverters().withMapping(mapping);
        for (int i = 0; i < changed.length; i += 2) {
            builder.withDefaultValue(changed[i], changed[i + 1]);
        }
        return builder.build().getConfigMapping(mapping);
    }
}
