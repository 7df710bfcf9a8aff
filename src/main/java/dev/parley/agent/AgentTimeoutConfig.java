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
 * Tells the {@code @Timeout} of {@link AgentClient} what {@code parley.agent.timeout} says. The
 * annotation's value is a number with a unit apart, so a duration such as {@code 45s} does not
 * convert by itself.
 */
public final class AgentTimeoutConfig implements ConfigSourceFactory {

    private static final String KEY = "parley.agent.timeout";
    private static final String TIMEOUT =
            "quarkus.fault-tolerance.\"" + AgentClient.class.getName() + "/answer\".timeout.";
    private static final int BELOW_APPLICATION_PROPERTIES = 240;

    private static final Converter<Duration> DURATIONS = new DurationConverter();

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        ConfigValue configured = context.getValue(KEY);
        if (configured == null
                || configured.getValue() == null
                || configured.getValue().isBlank()) {
            return List.of();
        }
        long millis = duration(configured.getValue()).toMillis();
        Map<String, String> timeout =
                Map.of(TIMEOUT + "value", Long.toString(millis), TIMEOUT + "unit", "millis");
        return List.of(
                new PropertiesConfigSource(
                        timeout, "parley.agent.timeout", BELOW_APPLICATION_PROPERTIES));
    }

    private static Duration duration(String written) {
        try {
            return DURATIONS.convert(written);
        } catch (IllegalArgumentException failure) {
            throw new IllegalArgumentException(
                    "%s is \"%s\", which is no duration; write 45s, or 2m.".formatted(KEY, written),
                    failure);
        }
    }
}
