package dev.parley.agent;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.eclipse.microprofile.config.spi.Converter;

/**
 * Applies {@code parley.agent.timeout} to the {@code @Timeout} of {@link AgentClient}. The
 * annotation has a number and a separate unit, so a duration such as {@code 45s} needs this
 * conversion.
 */
public final class AgentTimeoutConfig implements ConfigSourceFactory {

    private static final String KEY = "parley.agent.timeout";
    private static final String TIMEOUT_PREFIX =
            "quarkus.fault-tolerance.\"" + AgentClient.class.getName() + "/answer\".timeout.";
    private static final int BELOW_APPLICATION_PROPERTIES = 240;

    private static final Converter<Duration> DURATION_CONVERTER = new DurationConverter();

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        ConfigValue configured = context.getValue(KEY);
        if (configured == null
                || configured.getValue() == null
                || configured.getValue().isBlank()) {
            return List.of();
        }
        long millis = parse(configured.getValue()).toMillis();
        Map<String, String> timeout =
                Map.of(
                        TIMEOUT_PREFIX + "value",
                        Long.toString(millis),
                        TIMEOUT_PREFIX + "unit",
                        "millis");
        return List.of(
                new PropertiesConfigSource(
                        timeout, "parley.agent.timeout", BELOW_APPLICATION_PROPERTIES));
    }

    private static Duration parse(String text) {
        try {
            return DURATION_CONVERTER.convert(text);
        } catch (IllegalArgumentException failure) {
            throw new IllegalArgumentException(
                    "%s is \"%s\", which is not a duration. Write for example 45s or 2m."
                            .formatted(KEY, text),
                    failure);
        }
    }
}
