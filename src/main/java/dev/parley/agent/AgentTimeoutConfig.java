package dev.parley.agent;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.eclipse.microprofile.config.spi.Converter;

/**
 * Applies the longest timeout of all agents, {@code parley.agent.timeout} or an agent's own, to the
 * {@code @Timeout} of {@link AgentClient}. The annotation has a number and a separate unit, so a
 * duration such as {@code 45s} needs this conversion.
 */
public final class AgentTimeoutConfig implements ConfigSourceFactory {

    private static final String KEY = "parley.agent.timeout";
    private static final Pattern AGENT_KEY = Pattern.compile("parley\\.agents\\..+\\.timeout");
    private static final String TIMEOUT_PREFIX =
            "quarkus.fault-tolerance.\"" + AgentClient.class.getName() + "/answer\".timeout.";
    private static final int BELOW_APPLICATION_PROPERTIES = 240;

    private static final Converter<Duration> DURATION_CONVERTER = new DurationConverter();

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        List<String> keys = new ArrayList<>(List.of(KEY));
        context.iterateNames()
                .forEachRemaining(name -> {
                    if (AGENT_KEY.matcher(name).matches()) {
                        keys.add(name);
                    }
                });
        return keys.stream()
                .map(context::getValue)
                .filter(value ->
                        value != null && value.getValue() != null && !value.getValue().isBlank())
                .map(AgentTimeoutConfig::parse)
                .max(Duration::compareTo)
                .map(AgentTimeoutConfig::source)
                .map(List::of)
                .orElse(List.of());
    }

    private static ConfigSource source(Duration timeout) {
        return new PropertiesConfigSource(
                Map.of(
                        TIMEOUT_PREFIX + "value",
                        Long.toString(timeout.toMillis()),
                        TIMEOUT_PREFIX + "unit",
                        "millis"),
                KEY,
                BELOW_APPLICATION_PROPERTIES);
    }

    private static Duration parse(ConfigValue configured) {
        String text = configured.getValue();
        try {
            return DURATION_CONVERTER.convert(text);
        } catch (IllegalArgumentException failure) {
            throw new IllegalArgumentException(
                    "%s is \"%s\", which is not a duration. Write for example 45s or 2m."
                            .formatted(configured.getName(), text),
                    failure);
        }
    }
}
