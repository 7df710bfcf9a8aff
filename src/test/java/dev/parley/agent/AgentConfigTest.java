package dev.parley.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ParleyTest;
import jakarta.inject.Inject;
import java.time.Duration;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The defaults, so that nobody changes one by accident. */
@ParleyTest
class AgentConfigTest {

    @Inject AgentConfig config;

    @Test
    void agentMayThinkFortyFiveSecondsByDefault() {
        assertThat(config.timeout()).isEqualTo(Duration.ofSeconds(45));
    }

    @ParameterizedTest
    @CsvSource({
        "parley.turn.max-in-flight, 10000",
        "parley.quota.default-plan, free",
        "quarkus.datasource.jdbc.max-size, 10",
        "quarkus.fault-tolerance.\"dev.parley.agent.AgentClient/answer\".timeout.value, 45000",
        "quarkus.fault-tolerance.\"dev.parley.agent.AgentClient/answer\".bulkhead.value, 10000",
    })
    void settingHasItsPublishedDefault(String key, String value) {
        assertThat(ConfigProvider.getConfig().getConfigValue(key).getValue()).isEqualTo(value);
    }
}
