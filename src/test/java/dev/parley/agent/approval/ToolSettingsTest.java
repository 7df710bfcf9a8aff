package dev.parley.agent.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.agent.approval.ToolsConfig.ToolRuleConfig;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The settings of tools, from real names of environment variables and keys. */
class ToolSettingsTest {

    @ParameterizedTest
    @CsvSource({
        "PARLEY_TOOLS_ADD_TASK_APPROVAL, add_task",
        "PARLEY_TOOLS__ADD_TASK__APPROVAL, add_task",
        "PARLEY_TOOLS_ECHO_APPROVAL, echo",
        "PARLEY_TOOLS_MCP_CALENDAR__ADD_APPROVAL, mcp_calendar__add",
        "'parley.tools.\"add_task\".approval', add_task",
        "'parley.tools.\"mcp_*\".approval', mcp_*",
    })
    void readsTheEnvironment(String variable, String tool) {
        ToolsConfig config = config(Map.of(variable, "always"), Map.of());

        assertThat(config.tools())
                .allSatisfy((name, rule) -> {
                    assertThat(ToolNames.normalized(name)).isEqualTo(tool);
                    assertThat(rule.approval()).isEqualTo("always");
                    assertThat(rule.approver()).isEqualTo("owner");
                    assertThat(rule.expiry()).isEmpty();
                })
                .containsKey(tool);
    }

    @Test
    void readsAllSettingsOfTool() {
        ToolsConfig config =
                config(
                        Map.of(
                                "PARLEY_TOOLS_ADD_TASK_APPROVER", "admin",
                                "PARLEY_TOOLS_ADD_TASK_EXPIRY", "2h"),
                        Map.of(
                                "parley.tools.\"add_task\".approval",
                                "when title contains \"a b\""));

        assertThat(config.tools())
                .containsOnlyKeys("add_task")
                .allSatisfy((tool, rule) -> {
                    assertThat(rule.approval()).isEqualTo("when title contains \"a b\"");
                    assertThat(rule.approver()).isEqualTo("admin");
                    assertThat(rule.expiry()).contains(Duration.ofHours(2));
                });
    }

    @Test
    void environmentOverridesFile() {
        ToolsConfig config =
                config(
                        Map.of("PARLEY_TOOLS_ADD_TASK_APPROVAL", "always"),
                        Map.of("parley.tools.\"add_task\".approval", "never"));

        assertThat(config.tools())
                .extractingByKey("add_task")
                .extracting(ToolRuleConfig::approval)
                .isEqualTo("always");
    }

    @Test
    void environmentOverridesFileForNameOfOneWord() {
        ToolsConfig config =
                config(
                        Map.of("PARLEY_TOOLS_ECHO_APPROVAL", "always"),
                        Map.of("parley.tools.echo.approval", "never"));

        assertThat(config.tools())
                .extractingByKey("echo")
                .extracting(ToolRuleConfig::approval)
                .isEqualTo("always");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "parley.tools.\"add_task\".aproval",
                "parley.tools.mcp.calendar.approval",
                "parley.tools.\"add_task\".approval.when",
                "parley.tools.approval"
            })
    void refusesMisspelledKey(String key) {
        assertThatThrownBy(() -> config(Map.of(), Map.of(key, "always")))
                .hasMessageStartingWith(
                        "Not a setting of a tool: "
                                + key
                                + ". Write parley.tools.\"NAME\".approval, .approver or .expiry,");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PARLEY_TOOLS_ADD_TASK_APROVAL", "PARLEY_TOOLS_APPROVAL"})
    void refusesMisspelledVariable(String variable) {
        assertThatThrownBy(() -> config(Map.of(variable, "always"), Map.of()))
                .hasMessageStartingWith("Not a setting of a tool: " + variable + ".");
    }

    static ToolsConfig config(Map<String, String> environment, Map<String, String> file) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withConverter(Duration.class, 100, new DurationConverter())
                .withSources(new EnvConfigSource(environment, 300))
                .withSources(new PropertiesConfigSource(file, "a file", 250))
                .withSources(new ToolSettings())
                .withMapping(ToolsConfig.class)
                .build()
                .getConfigMapping(ToolsConfig.class);
    }
}
