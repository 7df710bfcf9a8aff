package dev.parley.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.agent.AgentEvent.ReplyDelta;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The catalogue as an operator writes it: the spellings of its keys, and the mistakes in it. */
class CatalogueReaderTest {

    private static final Set<String> TOOLS = Set.of("add_task", "list_tasks");
    private static final Agent NEWS = new CodedAgent("news");
    private static final Agent ECHO = new CodedAgent("echo");

    @TempDir Path folder;

    @Test
    void profileHasWhatIsWrittenAndDefaultsForTheRest() {
        AgentProfile legal =
                profile(
                        read(
                                Map.of(
                                        "parley.agents.\"legal\".instructions",
                                        "Be careful.",
                                        "parley.agents.\"legal\".temperature",
                                        "0.1",
                                        "parley.agents.\"legal\".tools",
                                        "list_tasks",
                                        "parley.agents.\"legal\".timeout",
                                        "20s")),
                        "legal");

        assertThat(legal.name()).isEqualTo("legal");
        assertThat(legal.instructions()).contains("Be careful.");
        assertThat(legal.endpoint()).isEqualTo("model");
        assertThat(legal.temperature()).hasValue(0.1);
        assertThat(legal.tools()).containsExactly("list_tasks");
        assertThat(legal.workers()).isEmpty();
        assertThat(legal.timeout()).isEqualTo(Duration.ofSeconds(20));
        assertThat(legal.requiresHiring()).isFalse();
        assertThat(legal.price()).isEqualTo(1);
        assertThat(legal.maxToolRounds()).isEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource({
        "parley.agents.market_watch.model",
        "parley.agents.\"market_watch\".model",
        "PARLEY_AGENTS_MARKET_WATCH_MODEL",
        "PARLEY_AGENTS__MARKET_WATCH__MODEL"
    })
    void agentIsWrittenInEachSpelling(String key) {
        Map<AgentType, AgentProfile> profiles =
                read(
                        key.startsWith("PARLEY")
                                ? Map.of(
                                        key,
                                        "small",
                                        "PARLEY_AGENTS_MARKET_WATCH_INSTRUCTIONS",
                                        "Watch.")
                                : Map.of("PARLEY_AGENTS_MARKET_WATCH_INSTRUCTIONS", "Watch."),
                        key.startsWith("PARLEY") ? Map.of() : Map.of(key, "small"));

        assertThat(profiles.keySet())
                .extracting(AgentType::value)
                .containsExactlyInAnyOrder("market_watch", "news", "echo");
        assertThat(profile(profiles, "market_watch").model()).contains("small");
    }

    @Test
    void environmentTakesPrecedenceOverFileWhateverTheSpelling() {
        Map<String, String> file =
                Map.of(
                        "parley.agents.\"legal\".instructions",
                        "File.",
                        "parley.agents.legal.name",
                        "Legal");

        AgentProfile legal =
                profile(
                        read(Map.of("PARLEY_AGENTS_LEGAL_INSTRUCTIONS", "Environment."), file),
                        "legal");

        assertThat(legal.instructions()).contains("Environment.");
        assertThat(legal.name()).isEqualTo("Legal");
    }

    @Test
    void approvalIsWrittenInEachSpelling() {
        AgentProfile legal =
                profile(
                        read(
                                Map.of(
                                        "PARLEY_AGENTS_LEGAL_INSTRUCTIONS",
                                        "Be careful.",
                                        "PARLEY_AGENTS_LEGAL_APPROVALS_ADD_TASK",
                                        "always"),
                                Map.of(
                                        "parley.agents.\"legal\".approvals.\"list_tasks\"",
                                        "never")),
                        "legal");

        assertThat(legal.approvals())
                .containsOnly(Map.entry("add_task", "always"), Map.entry("list_tasks", "never"));
    }

    @Test
    void instructionsMayComeFromFile() throws Exception {
        Path file = Files.writeString(folder.resolve("legal.md"), "\nBe careful: 100 % of ${x}.\n");

        AgentProfile legal =
                profile(
                        read(Map.of("parley.agents.legal.instructions-file", file.toString())),
                        "legal");

        assertThat(legal.instructions()).contains("Be careful: 100 % of ${x}.");
    }

    @Test
    void settingsOfAgentTakePrecedenceOverThoseOfAll() {
        Map<AgentType, AgentProfile> profiles =
                read(
                        Map.of(
                                "parley.agents.news.requires-hiring",
                                "false",
                                "parley.agents.news.max-tool-rounds",
                                "3",
                                "parley.agents.news.price",
                                "0"));

        AgentProfile news = profile(profiles, "news");
        assertThat(news.requiresHiring()).isFalse();
        assertThat(news.maxToolRounds()).isEqualTo(3);
        assertThat(news.price()).isZero();
        assertThat(news.description()).isEqualTo("Code.");
    }

    @Test
    void disabledAgentIsNotInTheCatalogue() {
        assertThat(read(Map.of("parley.agents.news.enabled", "false")).keySet())
                .extracting(AgentType::value)
                .containsExactly("echo");
    }

    @Test
    void supervisorMayHaveWorkersThatHaveWorkers() {
        Map<AgentType, AgentProfile> profiles =
                read(agents("top -> middle", "middle -> echo,news", "other -> middle"));

        assertThat(profile(profiles, "middle").workers())
                .extracting(AgentType::value)
                .containsExactly("echo", "news");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    parley.agents.legal.instruction     | Be careful. | parley.agents.legal.instruction: there is no such setting. Write one of enabled, name
                    PARLEY_AGENTS_LEGAL_INSTRUCTION     | Be careful. | PARLEY_AGENTS_LEGAL_INSTRUCTION: there is no such setting. Write one of enabled, name
                    parley.agents.legal.prize           | 2           | parley.agents.legal.prize: there is no such setting
                    parley.endpoints.local.url          | http://x/v1 | parley.endpoints.local.url: there is no such setting. Write one of base-url, api-key, model, context
                    parley.agents.legal.name            | Legal       | parley.agents.legal.instructions: is missing. Write what the agent is to do, or name a file in parley.agents.legal.instructions-file
                    parley.agents.legal.instructions    | ' '         | parley.agents.legal.instructions: is
                    parley.agents.legal.instructions-file | /no/file  | parley.agents.legal.instructions-file: /no/file cannot be read
                    parley.agents.offline.instructions  | Be careful. | parley.agents.offline.instructions: the offline assistant reads none
                    parley.agents.offline.enabled       | false       | parley.agents.offline.enabled: Parley needs this agent
                    parley.agents."Legal".name          | Legal       | parley.agents.Legal: "Legal" is no valid name. Write up to 64 lower-case letters
                    parley.agents."law.eu".name         | Legal       | "law.eu" is no valid name
                    parley.agents.echo.context          | 1023        | parley.agents.echo.context: is 1023. Write 1024 to 32768, the context of the endpoint model
                    PARLEY_AGENTS_ECHO_CONTEXT          | 32769       | parley.agents.echo.context: is 32769. Write 1024 to 32768
                    parley.endpoints.local.context      | 1023        | parley.endpoints.local.context: is 1023. Write 1024 to 10000000
                    PARLEY_ENDPOINTS_LOCAL_CONTEXT      | 10000001    | parley.endpoints.local.context: is 10000001. Write 1024 to 10000000
                    parley.agents.echo.temperature      | 2.5         | parley.agents.echo.temperature: is 2.5. Write 0 to 2
                    parley.agents.echo.temperature      | -0.1        | parley.agents.echo.temperature: is -0.1. Write 0 to 2
                    parley.agents.echo.temperature      | NaN         | parley.agents.echo.temperature: is NaN. Write 0 to 2
                    parley.agents.echo.max-tool-rounds  | -1          | parley.agents.echo.max-tool-rounds: is negative
                    parley.agents.echo.price            | -1          | parley.agents.echo.price: is -1. Write 0 to 100
                    PARLEY_AGENTS_ECHO_PRICE            | 101         | parley.agents.echo.price: is 101. Write 0 to 100
                    parley.agents.echo.timeout          | 0s          | parley.agents.echo.timeout: is not positive
                    parley.agents.echo.timeout          | -5s         | parley.agents.echo.timeout: is not positive
                    parley.agents.echo.tools            | add_taks    | parley.agents.echo.tools: there is no tool "add_taks". Write * for all tools, or some of add_task, list_tasks.
                    parley.agents.echo.tools            | *,add_task  | parley.agents.echo.tools: there is no tool "*"
                    parley.agents.echo.endpoint         | local       | parley.agents.echo.endpoint: there is no endpoint "local". Set parley.endpoints.local.base-url, or write one of model.
                    parley.agents.echo.workers          | new         | parley.agents.echo.workers: there is no agent "new". Write some of echo, news.
                    parley.agents.echo.workers          | echo        | parley.agents.echo.workers: the agents delegate in a circle: echo -> echo.
                    parley.agents.echo.approvals.add_task | maybe     | parley.agents.echo.approvals: mistaken.
                    parley.endpoints.local.model        | small       | parley.endpoints.local.base-url: is missing. Write a URL such as
                    parley.endpoints.local.base-url     | ftp://x/v1  | parley.endpoints.local.base-url: is no URL of HTTP
                    parley.endpoints.model.base-url     | http://x/v1 | parley.endpoints.model: this endpoint is configured by parley.model
                    parley.agent.requires-hiring        | newz        | parley.agent.requires-hiring: there is no agent "newz". Write some of echo, news.
                    """)
    void mistakeStopsTheStartWithItsKeyAndWhatToWrite(String key, String value, String message) {
        assertThatThrownBy(() ->
                        read(
                                key.startsWith("PARLEY") ? Map.of(key, value) : Map.of(),
                                key.startsWith("PARLEY") ? Map.of() : Map.of(key, value)))
                .isInstanceOf(InvalidCatalogue.class)
                .hasMessageContaining(message);
    }

    @Test
    void agentHasAtMostTheContextOfItsEndpoint() {
        Map<String, String> settings = new HashMap<>();
        settings.put("parley.endpoints.small.base-url", "http://x/v1");
        settings.put("parley.endpoints.small.context", "8192");
        settings.put("parley.agents.echo.endpoint", "small");
        settings.put("parley.agents.echo.context", "8192");

        assertThat(profile(read(settings), "echo").context()).hasValue(8_192);
        assertThat(profile(read(settings), "news").context()).isEmpty();
        settings.put("parley.agents.echo.context", "8193");
        assertThatThrownBy(() -> read(settings))
                .hasMessageContaining(
                        "parley.agents.echo.context: is 8193. Write 1024 to 8192, the context of"
                                + " the endpoint small.");
    }

    @ParameterizedTest
    @CsvSource({"two", "1.5", "99999999999"})
    void contextThatIsNoWholeNumberStopsTheStartWithItsKey(String context) {
        assertThatThrownBy(() -> read(Map.of("parley.agents.echo.context", context)))
                .hasMessageContaining("parley.agents.echo.context")
                .hasMessageContaining(context);
    }

    @ParameterizedTest
    @CsvSource({"two", "1.5", "99999999999"})
    void priceThatIsNoWholeNumberStopsTheStartWithItsKey(String price) {
        assertThatThrownBy(() -> read(Map.of("parley.agents.echo.price", price)))
                .hasMessageContaining("parley.agents.echo.price")
                .hasMessageContaining(price);
    }

    @Test
    void disabledAgentIsNoWorker() {
        Map<String, String> settings = new HashMap<>(agents("top -> news"));
        settings.put("parley.agents.news.enabled", "false");

        assertThatThrownBy(() -> read(settings))
                .hasMessageContaining(
                        "parley.agents.top.workers: there is no agent \"news\". Write some of echo,"
                                + " top.");
    }

    @Test
    void circleOfWorkersStopsTheStart() {
        assertThatThrownBy(() -> read(agents("a -> b", "b -> c", "c -> a")))
                .hasMessageContaining(
                        "parley.agents.b.workers: the agents delegate in a circle: b -> c -> a ->"
                                + " b. Remove one of these workers.");
    }

    @Test
    void workersBelowTheSecondLevelStopTheStart() {
        assertThatThrownBy(() -> read(agents("a -> b", "b -> c", "c -> echo")))
                .hasMessageContaining(
                        "parley.agents.a.workers: the agents delegate over more than 2 levels: a"
                                + " -> b -> c -> echo. Remove the workers of c.");
    }

    @Test
    void moreThanEightWorkersStopTheStart() {
        Map<String, String> settings = new HashMap<>();
        IntStream.rangeClosed(1, 9)
                .forEach(number ->
                        settings.put("parley.agents.w" + number + ".instructions", "Work."));
        settings.put("parley.agents.top.instructions", "Delegate.");
        settings.put(
                "parley.agents.top.workers",
                IntStream.rangeClosed(1, 9)
                        .mapToObj(number -> "w" + number)
                        .collect(Collectors.joining(",")));

        assertThatThrownBy(() -> read(settings))
                .hasMessageContaining("parley.agents.top.workers: has 9 agents. Write at most 8.");
    }

    @Test
    void allMistakesAreReportedTogether() {
        assertThatThrownBy(() ->
                        read(
                                Map.of(
                                        "parley.agents.legal.instruction",
                                        "Be careful.",
                                        "parley.agents.legal.tools",
                                        "launch_rocket",
                                        "parley.agents.echo.temperature",
                                        "3",
                                        "parley.endpoints.local.model",
                                        "small")))
                .message()
                .satisfies(message ->
                        assertThat(message.lines())
                                .hasSize(7)
                                .contains(
                                        "- parley.agents.echo.temperature: is 3.0. Write 0 to 2."));
    }

    /** Agents with instructions, as {@code "supervisor -> worker,worker"}. */
    private static Map<String, String> agents(String... supervisors) {
        Map<String, String> settings = new HashMap<>();
        for (String supervisor : supervisors) {
            int arrow = supervisor.indexOf(" -> ");
            String key = "parley.agents." + supervisor.substring(0, arrow);
            settings.put(key + ".instructions", "Delegate.");
            settings.put(key + ".workers", supervisor.substring(arrow + 4));
        }
        return settings;
    }

    private static AgentProfile profile(Map<AgentType, AgentProfile> profiles, String type) {
        AgentType agent = new AgentType(type);
        assertThat(profiles).containsKey(agent);
        return Objects.requireNonNull(profiles.get(agent));
    }

    private static Map<AgentType, AgentProfile> read(Map<String, String> file) {
        return read(Map.of(), file);
    }

    private static Map<AgentType, AgentProfile> read(
            Map<String, String> environment, Map<String, String> file) {
        SmallRyeConfig config =
                new SmallRyeConfigBuilder()
                        .addDefaultInterceptors()
                        .withInterceptors(new CatalogueKeys())
                        .withConverter(Duration.class, 200, new DurationConverter())
                        .withSources(
                                new EnvConfigSource(environment, 300),
                                new PropertiesConfigSource(file, "a file", 260))
                        .withMapping(AgentCatalogueConfig.class)
                        .withMapping(EndpointCatalogueConfig.class)
                        .withMapping(AgentConfig.class)
                        // As the application does
                        .withDefaultValue("smallrye.config.mapping.validate-unknown", "false")
                        .build();
        return new CatalogueReader(
                        config.getConfigMapping(AgentCatalogueConfig.class),
                        config.getConfigMapping(EndpointCatalogueConfig.class),
                        32_768,
                        config.getConfigMapping(AgentConfig.class),
                        List.of(NEWS, ECHO),
                        TOOLS,
                        (key, rules) ->
                                rules.containsValue("maybe")
                                        ? List.of(key + ": mistaken.")
                                        : List.of())
                .read(config.getPropertyNames());
    }

    /** An agent that is code. */
    private record CodedAgent(String name) implements Agent {

        @Override
        public AgentType type() {
            return new AgentType(name);
        }

        @Override
        public String description() {
            return "Code.";
        }

        @Override
        public void answer(AgentRequest request, Consumer<AgentEvent> events) {
            events.accept(new ReplyDelta("Code."));
        }
    }
}
