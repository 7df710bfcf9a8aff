package dev.parley.platform.configuration;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class RetiredConfigurationKeysTest {

    static final Iterable<Map.Entry<String, String>> RENAMED =
            RetiredConfigurationKeys.NEW_KEYS.entrySet();

    @ParameterizedTest
    @FieldSource("RENAMED")
    void refusesTheOldKeyAndNamesTheNewOne(Map.Entry<String, String> key) {
        ConfigSource file = properties(Map.of(key.getKey(), "1"));

        assertThatThrownBy(() -> start(file))
                .hasMessageContaining("The configuration key " + key.getKey() + " was renamed")
                .hasMessageContaining(
                        "set "
                                + key.getValue()
                                + " instead (found in PropertiesConfigSource[source=a file])");
    }

    @Test
    void refusesTheOldKeyInTheEnvironment() {
        ConfigSource environment = new EnvConfigSource(Map.of("PARLEY_TURN_DEAF_AFTER", "5s"), 300);

        assertThatThrownBy(() -> start(environment))
                .hasMessageContaining("set parley.turn.interrupt-grace instead");
    }

    @Test
    void acceptsTheNewKeys() {
        Map<String, String> settings = Map.of("parley.turn.interrupt-grace", "5s");

        assertThatCode(() -> start(properties(settings))).doesNotThrowAnyException();
    }

    private static void start(ConfigSource source) {
        new SmallRyeConfigBuilder()
                .withSources(source)
                .withSources(new RetiredConfigurationKeys())
                .build();
    }

    private static ConfigSource properties(Map<String, String> settings) {
        return new PropertiesConfigSource(settings, "a file", 250);
    }
}
