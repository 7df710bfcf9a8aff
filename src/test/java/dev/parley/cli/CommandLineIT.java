package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.parley.testing.CliRun;
import dev.parley.testing.Database;
import dev.parley.testing.OwnPostgres;
import dev.parley.testing.ParleyProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line, as people and scripts type it, two of them at a time. */
@Execution(ExecutionMode.CONCURRENT)
class CommandLineIT {

    private static final String PASSWORD = "correct horse\n";
    private static final String NOTHING = "";

    /** Who serves, as the database knows them. */
    private static final String RUNNERS = "runners";

    @TempDir static Path folder;
    private static OwnPostgres postgres;
    private static Database database;

    @BeforeAll
    static void start() {
        postgres = new OwnPostgres(folder.resolve("postgres"));
        database = postgres.database();
        assertThat(typed("migrate").code()).isZero();
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @Test
    void helpNamesEveryCommand() {
        CliRun help = typed("--help");

        assertThat(help.code()).isZero();
        assertThat(help.complaints()).isEmpty();
        assertThat(help.out())
                .contains("QUARKUS_DATASOURCE_JDBC_URL")
                .contains("serve", "check", "migrate", "user", "quota", "chat", "erase", "version");
        assertThat(help.out().lines()).allMatch(line -> line.length() <= 80);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "serve", "check", "migrate", "user", "user add", "user passwd", "user promote",
                "user list", "quota", "quota show", "quota set", "chat", "erase", "version",
                "completion"
            })
    void helpsWithEachCommand(String command) {
        CliRun help = typed((command + " --help").split(" "));

        assertThat(help.code()).isZero();
        assertThat(help.out()).startsWith("Usage: parley " + command);
    }

    @Test
    void refusesUnknownOptionsAndCommands() {
        CliRun option = typed("--hlep");
        CliRun command = typed("sreve");
        CliRun none = typed("user");

        assertThat(List.of(option.code(), command.code(), none.code())).containsOnly(2);
        assertThat(option.complaints())
                .contains("--hlep")
                .contains("--help for the commands and options");
        assertThat(command.complaints())
                .contains("sreve")
                .contains("--help for the commands and options");
        assertThat(none.complaints())
                .contains("Run parley user --help for the commands and options");
    }

    @Test
    void tellsItsVersion() {
        assertThat(typed("version").out()).startsWith("parley ").contains("Java 25");
        assertThat(json(typed("version", "--json")).path("version").asText())
                .matches("[0-9]+\\.[0-9]+\\.[0-9]+.*");
    }

    @Test
    void completesInBash() {
        String script = typed("completion").out();

        assertThat(script)
                .startsWith("#!/usr/bin/env bash")
                .contains("promote", "--password-stdin");
    }

    @Test
    void addsPromotesChangesAndListsUsers() {
        CliRun added = typedWith(PASSWORD, "user", "add", "ada", "--password-stdin");
        CliRun twice = typedWith(PASSWORD, "user", "add", "ADA", "--password-stdin");
        CliRun promoted = typed("user", "promote", "ada", "--json");
        CliRun changed = typedWith("another horse\n", "user", "passwd", "ada", "--password-stdin");
        CliRun listed = typed("user", "list", "--json");

        assertThat(added).isEqualTo(new CliRun(0, "ada was added.\n", ""));
        assertThat(twice.code()).isEqualTo(1);
        assertThat(twice.complaints())
                .isEqualTo("parley: An account with this username or email exists already.\n");
        assertThat(json(promoted).path("roles")).extracting(JsonNode::asText).contains("admin");
        assertThat(changed.out()).isEqualTo("ada has a new password.\n");
        assertThat(database.texts("select password_version from accounts where username = 'ada'"))
                .containsExactly("1");
        assertThat(listed.out().lines().map(CommandLineIT::json))
                .anySatisfy(user -> assertThat(user.path("username").asText()).isEqualTo("ada"));
    }

    @ResourceLock(RUNNERS)
    @Test
    void addedUserSignsIn() throws InterruptedException {
        typedWith(PASSWORD, "user", "add", "grace", "--password-stdin", "--email=g@example.org");
        try (ParleyProcess parley = ParleyProcess.started(onDatabase()).listening()) {
            assertThat(
                            parley.post(
                                            "/api/auth/login",
                                            NOTHING,
                                            "{\"username\":\"grace\",\"password\":\"correct"
                                                    + " horse\"}")
                                    .status())
                    .isEqualTo(200);
            parley.terminate();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"short\n", "\n", ""})
    void refusesInputThatIsNoPassword(String input) {
        CliRun refused = typedWith(input, "user", "add", "mallory", "--password-stdin");

        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.complaints()).startsWith("parley: ").contains("password");
        assertThat(database.accountsCalled("mallory")).isZero();
    }

    @Test
    void refusesInvalidNamesAndAddresses() {
        assertThat(typedWith(PASSWORD, "user", "add", "a b", "--password-stdin").complaints())
                .contains("username must be 3 to 50 letters");
        assertThat(
                        typedWith(PASSWORD, "user", "add", "bob", "--email=x", "--password-stdin")
                                .complaints())
                .contains("email");
        assertThat(typed("user", "promote", "nobody").complaints())
                .isEqualTo("parley: There is no user called nobody.\n");
    }

    @Test
    void refusesToAskForPasswordWithoutTerminal() {
        CliRun refused = typed("user", "add", "nemo");

        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.complaints()).contains("--password-stdin");
    }

    @Test
    void showsAndSetsQuotas() {
        typedWith(PASSWORD, "user", "add", "kay", "--password-stdin");
        Map<String, String> plans = new HashMap<>(onDatabase());
        plans.put("PARLEY_QUOTA_PLANS_GOLD_LIMIT", "7");

        assertThat(typed("quota", "show", "kay").out())
                .contains("plan free: 0 of 1000 used")
                .doesNotContain("tokens");
        assertThat(typed("quota", "set", "kay", "silver").complaints())
                .contains("There is no plan silver. Configured plans: free.");
        CliRun set = CliRun.command(plans, NOTHING, "quota", "set", "kay", "gold", "--json");
        assertThat(json(set).path("plan").asText()).isEqualTo("gold");
        assertThat(json(set).path("limit").asInt()).isEqualTo(7);
    }

    @Test
    void erasesUserOnlyWhereItIsConfirmed() {
        typedWith(PASSWORD, "user", "add", "eve", "--password-stdin");

        assertThat(typed("erase", "eve").complaints()).contains("--yes");
        assertThat(database.accountsCalled("eve")).isEqualTo(1);
        assertThat(json(typed("erase", "eve", "--yes", "--json")).path("erased").asBoolean())
                .isTrue();
        assertThat(database.accountsCalled("eve")).isZero();
    }

    @ResourceLock(RUNNERS)
    @Test
    void commandLeavesNoRunnerBehind() {
        typed("user", "list");

        assertThat(database.runners()).isZero();
    }

    @Test
    void checkFindsEverythingWell() {
        CliRun check = typed("check");

        assertThat(check.complaints()).isEmpty();
        assertThat(check.code()).isZero();
        assertThat(check.out().lines())
                .hasSize(5)
                .allMatch(line -> line.startsWith("✓"))
                .anyMatch(line -> line.contains("offline assistant"));
    }

    @Test
    void checkFindsWhatIsWrongWithTheDatabase() {
        assertThat(checkedWith("QUARKUS_DATASOURCE_JDBC_URL", "jdbc:postgresql://127.0.0.1:1/x"))
                .contains("✗ database")
                .contains("127.0.0.1:1")
                .contains("? migrations")
                .contains("✓ model");
        assertThat(checkedWith("QUARKUS_DATASOURCE_JDBC_URL", url("nowhere"))).contains("createdb");
        assertThat(checkedWith("QUARKUS_DATASOURCE_USERNAME", "nobody"))
                .contains("refuses the user nobody");
    }

    @Test
    void checkFindsWhatIsWrongWithTheConfiguration() {
        assertThat(checkedWith("PARLEY_AGENT_TIMEOUT", "soon"))
                .contains("✗ configuration")
                .contains("parley.agent.timeout is \"soon\"");
        assertThat(checkedWith("PARLEY_QUOTA_DEFAULT_PLAN", "gold"))
                .contains("✗ configuration")
                .contains("parley.quota.default-plan");
        assertThat(
                        checkedWith(
                                "PARLEY_QUOTA_PLANS_GOLD_COST", "5",
                                "PARLEY_MODEL_BASE_URL", "http://127.0.0.1:1/v1",
                                "PARLEY_MODEL_NAME", "large",
                                "PARLEY_SUMMARY_MODE", "automatic",
                                "PARLEY_SUMMARY_MODEL", "small"))
                .contains("✗ configuration")
                .contains(
                        "The plans [gold] limit cost, but the models [large, small] have no"
                                + " price.");
        assertThat(
                        checkedWith(
                                "PARLEY_AGENTS_LEGAL_INSTRUCTION", "Be careful.",
                                "PARLEY_AGENTS_NEWS_TOOLS", "launch_rocket"))
                .contains("✗ configuration")
                .contains("PARLEY_AGENTS_LEGAL_INSTRUCTION: there is no such setting")
                .contains("parley.agents.news.tools: there is no tool \"launch_rocket\"");
    }

    @Test
    void serveNamesEveryMistakeInTheCatalogueAndEnds() {
        Map<String, String> environment = new HashMap<>(onDatabase());
        environment.put("PARLEY_AGENTS_LEGAL_INSTRUCTION", "Be careful.");
        environment.put("PARLEY_AGENTS_NEWS_WORKERS", "supervisor");

        CliRun serve = CliRun.command(environment, NOTHING, "serve");

        assertThat(serve.code()).isNotZero();
        assertThat(serve.complaints().lines())
                .contains("The configuration of the agents has mistakes:")
                .anyMatch(line ->
                        line.startsWith(
                                "- PARLEY_AGENTS_LEGAL_INSTRUCTION: there is no such setting."))
                .anyMatch(line ->
                        line.startsWith(
                                "- parley.agents.news.workers: the agents delegate in a circle:"
                                        + " news -> supervisor -> news."))
                .noneMatch(line -> line.startsWith("\tat "));
    }

    @Test
    void checkFindsMigrationsThatAreMissing() {
        database.change("create database empty");
        Map<String, String> empty = new HashMap<>(onDatabase());
        empty.put("QUARKUS_DATASOURCE_JDBC_URL", url("empty"));

        CliRun serveWould = CliRun.command(empty, NOTHING, "check");
        CliRun nobody = CliRun.command(empty, NOTHING, "user", "list");
        empty.put("PARLEY_DATABASE_MIGRATE_AT_START", "false");
        CliRun nobodyWould = CliRun.command(empty, NOTHING, "check", "--json");
        CliRun migrated = CliRun.command(empty, NOTHING, "migrate", "--json");
        CliRun after = CliRun.command(empty, NOTHING, "check");

        assertThat(serveWould.code()).isZero();
        assertThat(serveWould.out()).contains("pending");
        assertThat(nobody.code()).isEqualTo(1);
        assertThat(nobody.complaints()).contains("Run parley migrate");
        assertThat(nobodyWould.code()).isEqualTo(1);
        assertThat(json(nobodyWould).path("ok").asBoolean()).isFalse();
        assertThat(migrated.code()).isZero();
        assertThat(json(migrated).path("schema_version").asInt()).isGreaterThan(16);
        assertThat(after.code()).isZero();
    }

    @Test
    void checkFindsWhatIsWrongWithTheModel() throws IOException {
        HttpServer endpoint =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        endpoint.createContext(
                "/v1/models",
                exchange -> {
                    String key = exchange.getRequestHeaders().getFirst("Authorization");
                    byte[] models =
                            "{\"data\":[{\"id\":\"small\"}]}".getBytes(StandardCharsets.UTF_8);
                    if ("Bearer right".equals(key)) {
                        exchange.sendResponseHeaders(200, models.length);
                        exchange.getResponseBody().write(models);
                    } else {
                        exchange.sendResponseHeaders(401, -1);
                    }
                    exchange.close();
                });
        endpoint.start();
        String base = "http://127.0.0.1:%d/v1".formatted(endpoint.getAddress().getPort());
        try {
            assertThat(checkedWith("PARLEY_MODEL_BASE_URL", base))
                    .contains("✗ model")
                    .contains("Set PARLEY_MODEL_API_KEY");
            assertThat(checkedWith("PARLEY_MODEL_BASE_URL", base, "PARLEY_MODEL_API_KEY", "wrong"))
                    .contains("refuses the key")
                    .doesNotContain("wrong");
            assertThat(checkedWith("PARLEY_MODEL_BASE_URL", base, "PARLEY_MODEL_API_KEY", "right"))
                    .contains(
                            "has no model default. Set PARLEY_MODEL_NAME to one of its models, such"
                                    + " as [small].");
            assertThat(
                            checkedWith(
                                    "PARLEY_MODEL_BASE_URL", base,
                                    "PARLEY_MODEL_API_KEY", "right",
                                    "PARLEY_MODEL_NAME", "small"))
                    .contains("✓ model")
                    .contains("small at");
        } finally {
            endpoint.stop(0);
        }
        assertThat(checkedWith("PARLEY_MODEL_BASE_URL", base)).contains("cannot be reached");
        assertThat(checkedWith("PARLEY_ENDPOINTS_LOCAL_BASE_URL", base))
                .contains("✓ model")
                .contains("✗ local")
                .contains("Check PARLEY_ENDPOINTS_LOCAL_BASE_URL");
    }

    @Test
    void takesSettingsAsArguments() {
        assertThat(typed("check", "-Dparley.quota.default-plan=gold").out())
                .contains("parley.quota.default-plan");
    }

    private static String checkedWith(String... settings) {
        Map<String, String> environment = new HashMap<>(onDatabase());
        for (int i = 0; i < settings.length; i += 2) {
            environment.put(settings[i], settings[i + 1]);
        }
        CliRun check = CliRun.command(environment, NOTHING, "check");
        assertThat(check.complaints()).isEmpty();
        assertThat(check.code()).isEqualTo(check.out().contains("✗") ? 1 : 0);
        return check.out();
    }

    private static CliRun typed(String... words) {
        return typedWith(NOTHING, words);
    }

    private static CliRun typedWith(String input, String... words) {
        return CliRun.command(onDatabase(), input, words);
    }

    private static Map<String, String> onDatabase() {
        return Map.of(
                "QUARKUS_DATASOURCE_JDBC_URL", url("postgres"),
                "QUARKUS_DATASOURCE_USERNAME", "postgres",
                "PARLEY_AUTH_PASSWORD_COST", "4");
    }

    private static String url(String name) {
        return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(postgres.port(), name);
    }

    private static JsonNode json(CliRun typed) {
        return json(typed.out());
    }

    private static JsonNode json(String line) {
        try {
            return new ObjectMapper().readTree(line);
        } catch (JsonProcessingException failure) {
            throw new IllegalStateException("Not JSON: " + line, failure);
        }
    }
}
