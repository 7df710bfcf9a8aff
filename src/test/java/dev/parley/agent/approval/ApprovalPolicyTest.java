package dev.parley.agent.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.agent.tool.ToolCatalogue;
import dev.parley.testing.ParleyTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The policy over the tools that Parley ships. */
@ParleyTest
class ApprovalPolicyTest {

    private static final ObjectNode MILK =
            JsonNodeFactory.instance.objectNode().put("title", "Buy milk");

    @Inject ToolCatalogue catalogue;
    @Inject ApprovalPolicy shipped;

    @Test
    void asksForNothingByDefault() {
        ApprovalRequirement requirement = shipped.required("add_task", Map.of());

        assertThat(requirement.asks(MILK)).isFalse();
        assertThat(requirement.approver()).isEqualTo(Approver.OWNER);
        assertThat(requirement.expiry()).isEqualTo(Duration.ofDays(7));
    }

    @Test
    void asksAsTheEnvironmentSays() {
        ApprovalPolicy policy =
                policy(
                        Map.of(
                                "PARLEY_TOOLS_ADD_TASK_APPROVAL", "when title contains milk",
                                "PARLEY_TOOLS_ADD_TASK_APPROVER", "admin",
                                "PARLEY_TOOLS_ADD_TASK_EXPIRY", "1h"));

        ApprovalRequirement requirement = policy.required("add_task", Map.of());
        assertThat(requirement.demand(MILK)).isEqualTo(Demand.EACH_CALL);
        assertThat(requirement.approver()).isEqualTo(Approver.ADMIN);
        assertThat(requirement.expiry()).isEqualTo(Duration.ofHours(1));
        assertThat(policy.required("list_tasks", Map.of()).asks(MILK)).isFalse();
    }

    @Test
    void longestNameThatMatchesApplies() {
        ApprovalPolicy policy =
                policy(
                        Map.of(
                                "parley.tools.\"*\".approval", "always",
                                "parley.tools.\"list_*\".approval", "never",
                                "parley.tools.\"list_t*\".approval", "once_per_conversation",
                                "parley.tools.\"list_tasks\".approval", "never"));

        assertThat(policy.required("add_task", Map.of()).demand(MILK)).isEqualTo(Demand.EACH_CALL);
        assertThat(policy.required("list_notifications", Map.of()).demand(MILK))
                .isEqualTo(Demand.NONE);
        assertThat(policy.required("list_trainings", Map.of()).demand(MILK))
                .isEqualTo(Demand.ONCE_PER_CONVERSATION);
        assertThat(policy.required("list_tasks", Map.of()).demand(MILK)).isEqualTo(Demand.NONE);
    }

    @Test
    void prefixOfServerMayEndWithDot() {
        ApprovalPolicy policy =
                policy(Map.of("parley.tools.\"mcp.calendar.*\".approval", "always"));

        assertThat(policy.required("mcp_calendar__add", Map.of()).asks(MILK)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "never, always, EACH_CALL",
        "always, never, EACH_CALL",
        "once_per_conversation, never, ONCE_PER_CONVERSATION",
        "once_per_conversation, when title = \"Buy milk\", EACH_CALL",
        "when title = x, when title = y, NONE",
    })
    void agentCanOnlyAskMoreOften(String ofTool, String ofAgent, Demand demand) {
        ApprovalPolicy policy = policy(Map.of("PARLEY_TOOLS_ADD_TASK_APPROVAL", ofTool));

        assertThat(policy.required("add_task", Map.of("add_*", ofAgent)).demand(MILK))
                .isEqualTo(demand);
    }

    @Test
    void allMistakesStopTheStartTogether() {
        assertThatThrownBy(() ->
                        policy(
                                Map.of(
                                        "PARLEY_TOOLS_ADD_TSAK_APPROVAL", "always",
                                        "PARLEY_TOOLS_ADD_TASK_APPROVAL", "sometimes",
                                        "PARLEY_TOOLS_ADD_TASK_APPROVER", "boss",
                                        "PARLEY_TOOLS_ADD_TASK_EXPIRY", "0S",
                                        "PARLEY_TOOLS_CHANGE_TASK_APPROVAL",
                                                "when titel = x and priority = highest",
                                        "parley.tools.\"a*b*\".approval", "always")))
                .hasMessageContaining(
                        "parley.tools.\"add_tsak\".approval: there is no tool add_tsak; choose from"
                                + " add_task, ")
                .hasMessageContaining(
                        "parley.tools.\"add_task\".approval is \"sometimes\". Write never, always,")
                .hasMessageContaining(
                        "parley.tools.\"add_task\".approver is \"boss\". Write owner or admin.")
                .hasMessageContaining(
                        "parley.tools.\"add_task\".expiry is PT0S. Write a duration from 1s to"
                                + " 365d.")
                .hasMessageContaining(
                        "parley.tools.\"change_task\".approval: The tool has no argument titel;"
                                + " choose from ")
                .hasMessageContaining("the argument is one of low, normal, high, urgent.")
                .hasMessageContaining("* is allowed only as the last character.");
    }

    @Test
    void findsTheMistakesOfAgent() {
        assertThat(
                        shipped.mistakes(
                                "parley.agents.\"news\".approvals",
                                Map.of("add_tsak", "always", "add_task", "when x > 5")))
                .hasSize(2)
                .anySatisfy(mistake ->
                        assertThat(mistake)
                                .startsWith(
                                        "parley.agents.\"news\".approvals.\"add_tsak\": there is no"
                                                + " tool"))
                .anySatisfy(mistake ->
                        assertThat(mistake)
                                .startsWith(
                                        "parley.agents.\"news\".approvals.\"add_task\": The tool"
                                                + " has no argument x;"));
    }

    private ApprovalPolicy policy(Map<String, String> environment) {
        return new ApprovalPolicy(
                ToolSettingsTest.config(environment, Map.of()),
                () -> Duration.ofDays(7),
                catalogue);
    }
}
