package dev.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.InProcess;
import dev.parley.testing.ModelStub;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import io.quarkus.test.common.http.TestHTTPResource;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the metrics of agents, models and tools say, by the conventions for generative AI. */
@ParleyTest
class AgentMetricsTest {

    private static final String CALLS = "gen_ai_client_inference_duration_seconds";
    private static final String FIRST_CHUNK = "gen_ai_client_inference_time_to_first_chunk_seconds";
    private static final String TOOLS = "gen_ai_execute_tool_duration_seconds";
    private static final String AGENTS = "gen_ai_invoke_agent_duration_seconds";
    private static final String[] MODEL = {
        "gen_ai_operation_name=\"chat\"",
        "gen_ai_provider_name=\"openai\"",
        "gen_ai_request_model=\"stub-1\"",
        "gen_ai_agent_name=\"assistant\"",
        "server_address=\"127.0.0.1\"",
        "server_port=\""
    };

    @TestHTTPResource(management = true)
    URI management;

    private List<String> before;

    @BeforeEach
    void scrapeBefore() {
        before = scrape();
    }

    @Test
    void countsCallsAndTokensOfModelByAgent() {
        Person.registered().says("hello", "assistant");

        assertThat(added(CALLS + "_count", "error_type=\"\"")).isEqualTo(1);
        assertThat(added(FIRST_CHUNK + "_count")).isEqualTo(1);
        assertThat(added("gen_ai_client_inference_time_per_output_chunk_seconds_count"))
                .isEqualTo(2);
        assertThat(added("gen_ai_client_inference_usage_input_tokens_total")).isEqualTo(11);
        assertThat(added("gen_ai_client_inference_usage_output_tokens_total")).isEqualTo(7);
        for (String name : List.of(CALLS + "_count", FIRST_CHUNK + "_count")) {
            assertThat(lines(scrape(), name, MODEL)).as(name).isNotEmpty();
        }
        assertThat(added(AGENTS + "_count", "gen_ai_agent_name=\"assistant\"", "error_type=\"\""))
                .isEqualTo(1);
    }

    @Test
    void hasBucketsOfConventions() {
        Person.registered().says("add buy milk", "assistant");

        for (String name : List.of(CALLS, FIRST_CHUNK, TOOLS, AGENTS)) {
            assertThat(
                            lines(scrape(), name + "_bucket").stream()
                                    .map(line -> line.replaceAll(".*le=\"([^\"]+)\".*", "$1"))
                                    .distinct())
                    .as(name)
                    .containsExactly(
                            "0.01", "0.02", "0.04", "0.08", "0.16", "0.32", "0.64", "1.28", "2.56",
                            "5.12", "10.24", "20.48", "40.96", "81.92", "+Inf");
        }
    }

    @Test
    void countsFailedCallWithItsError() {
        Person.registered().says(ModelStub.ERROR_500, "assistant");

        assertThat(added(CALLS + "_count", "error_type=\"ModelEndpointFailure\"")).isEqualTo(1);
        assertThat(added(FIRST_CHUNK + "_count")).isZero();
        assertThat(added(AGENTS + "_count", "error_type=\"agent_failed\"")).isEqualTo(1);
    }

    @Test
    void countsToolCallsByOutcome() {
        Person person = Person.registered();

        person.says("add buy milk", "assistant");
        person.says("add " + "x".repeat(1_000), "assistant");

        assertThat(toolCalls("add_task", "ok")).isEqualTo(1);
        assertThat(toolCalls("add_task", "refused")).isEqualTo(1);
    }

    /** What an endpoint or a model invents must not make the metrics grow (G9). */
    @Test
    void hasNoTagWhoseValueModelChooses() {
        Person.registered().says(ModelStub.WRONG_TOOL, "assistant");

        assertThat(toolCalls("_OTHER", "refused")).isEqualTo(1);
        assertThat(scrape()).noneMatch(line -> line.contains("launch_rocket"));
        assertThat(scrape()).noneMatch(line -> line.contains(ModelStub.RESPONSE_MODEL));
    }

    private double toolCalls(String tool, String outcome) {
        return added(
                TOOLS + "_count",
                "gen_ai_tool_name=\"" + tool + "\"",
                "gen_ai_agent_name=\"assistant\"",
                "outcome=\"" + outcome + "\"");
    }

    private double added(String name, String... labels) {
        return sum(scrape(), name, labels) - sum(before, name, labels);
    }

    private static double sum(List<String> lines, String name, String... labels) {
        return lines(lines, name, labels).stream()
                // An exemplar may follow the value
                .mapToDouble(line -> Double.parseDouble(line.split("} ", 2)[1].split(" ", 2)[0]))
                .sum();
    }

    private static List<String> lines(List<String> lines, String name, String... labels) {
        return lines.stream()
                .filter(line -> line.startsWith(name + "{"))
                .filter(line -> Arrays.stream(labels).allMatch(line::contains))
                .toList();
    }

    private List<String> scrape() {
        return Person.send(
                        HttpRequest.newBuilder(
                                        InProcess.management(management).resolve("/q/metrics"))
                                .build())
                .body()
                .lines()
                .toList();
    }
}
