package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.parley.testing.Database;
import dev.parley.testing.ParleyProcess;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Wait;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** The packaged application, started, killed and stopped as its operator would. */
class ParleyIT {

    private static final String ADA =
            "{\"username\":\"ada\",\"email\":\"ada@example.org\",\"password\":\"correct horse\"}";
    private static final String SIGN_IN = "{\"username\":\"ada\",\"password\":\"correct horse\"}";

    @TempDir Path home;

    @Test
    void embeddedDatabaseKeepsItsDataThroughKillAndStop() throws Exception {
        try (ParleyProcess first = onEmbedded().listening()) {
            // It listens before it has said everything
            Wait.until(() -> first.console().contains("Send a first message"));
            assertThat(first.console())
                    .contains(home.resolve("postgres").toString())
                    .contains("Send a first message");
            assertThat(first.post("/api/auth/register", "", ADA).status()).isEqualTo(201);
            assertThat(
                            first.post(
                                            "/api/chat",
                                            signedIn(first),
                                            "{\"message\":\"Add a task: buy milk\"}")
                                    .status())
                    .isEqualTo(200);
            assertThat(setting("fsync")).isEqualTo("on");
            assertThat(setting("synchronous_commit")).isEqualTo("on");
            first.kill();
        }
        ProcessHandle orphan = postgres();

        try (ParleyProcess second = onEmbedded().listening()) {
            assertThat(orphan.isAlive()).isFalse();
            String token = signedIn(second);
            assertThat(second.get("/api/tasks", token).body()).contains("buy milk");

            try (ParleyProcess rival = onEmbedded()) {
                assertThat(rival.exitCode()).isEqualTo(1);
                assertThat(rival.console().strip())
                        .startsWith("parley: Another Parley is using")
                        .doesNotContain("\n");
            }
            assertThat(second.get("/api/tasks", token).status()).isEqualTo(200);
            second.terminate();
        }
        assertThat(home.resolve("postgres").resolve("postmaster.pid")).doesNotExist();

        try (ParleyProcess third = onEmbedded().listening()) {
            ApiResponse reply =
                    third.post("/api/chat", signedIn(third), "{\"message\":\"show my tasks\"}");
            assertThat(reply.reply()).as(reply.toString()).contains("buy milk");
            third.terminate();
        }
    }

    @Test
    void servesOnPostgresOfTheOperator() throws Exception {
        try (EmbeddedPostgres database = EmbeddedPostgres.start();
                ParleyProcess parley = onDatabase(database).listening()) {
            assertThat(Files.exists(home.resolve("postgres"))).isFalse();
            assertThat(parley.post("/api/auth/register", "", ADA).status()).isEqualTo(201);
            assertThat(
                            parley.post("/api/chat", signedIn(parley), "{\"message\":\"help\"}")
                                    .status())
                    .isEqualTo(200);
            // As the environment has it: the public name of the shipped plan's limit
            assertThat(parley.get("/api/me/quota", signedIn(parley)).body())
                    .contains("\"used\":1,\"limit\":7");
            assertThat(canConnect(parley.port())).isTrue();
            assertThat(canConnect(parley.managementPort())).isFalse();
            parley.terminate();
            assertThat(parley.console())
                    .contains("set PARLEY_HTTP_TRUSTED_PROXIES to its addresses")
                    .contains("stopped in");
        }
    }

    @Test
    void letsTurnsEndWhoseClientHasGoneBeforeItStops() throws Exception {
        CountDownLatch stopping = new CountDownLatch(1);
        HttpServer model = modelThatAnswersAfter(stopping);
        try (EmbeddedPostgres database = EmbeddedPostgres.start();
                ParleyProcess parley =
                        ParleyProcess.started(
                                        Map.of(
                                                "PARLEY_HOME", home.toString(),
                                                "PARLEY_MODEL_BASE_URL",
                                                        "http://127.0.0.1:%d/v1"
                                                                .formatted(
                                                                        model.getAddress()
                                                                                .getPort()),
                                                "QUARKUS_DATASOURCE_JDBC_URL",
                                                        database.getJdbcUrl("postgres", "postgres"),
                                                "QUARKUS_DATASOURCE_USERNAME", "postgres"))
                                .listening()) {
            Database stored = new Database(database.getPostgresDatabase());
            parley.post("/api/auth/register", "", ADA);
            String token = signedIn(parley);
            Thread client =
                    Thread.ofVirtual()
                            .start(() ->
                                    ignoringItsEnd(() ->
                                            parley.post(
                                                    "/api/chat",
                                                    token,
                                                    "{\"message\":\"hello\"}")));
            Wait.until(() -> stored.turns("running") == 1);
            client.interrupt();
            client.join();

            Wait.until(() -> parley.probe("ready") == 200);
            parley.tellToStop();
            Wait.until(() -> parley.probe("ready") != 200);
            stopping.countDown();
            parley.exitCode();

            assertThat(stored.texts("select status from turns")).containsExactly("succeeded");
            assertThat(stored.texts("select content from messages where role = 'assistant'"))
                    .containsExactly("At last.");
        } finally {
            model.stop(0);
        }
    }

    private static void ignoringItsEnd(Runnable request) {
        try {
            request.run();
        } catch (IllegalStateException failure) {
            // The client has gone: that is what was wanted
        }
    }

    private static HttpServer modelThatAnswersAfter(CountDownLatch moment) throws IOException {
        HttpServer model =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        model.createContext(
                "/v1/chat/completions",
                exchange -> {
                    try {
                        moment.await();
                    } catch (InterruptedException interruption) {
                        Thread.currentThread().interrupt();
                    }
                    byte[] answer =
                            """
                            data: {"choices":[{"delta":{"content":"At last."},"finish_reason":"stop"}]}

                            data: [DONE]

                            """
                                    .getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
                    exchange.sendResponseHeaders(200, answer.length);
                    exchange.getResponseBody().write(answer);
                    exchange.close();
                });
        model.start();
        return model;
    }

    @Test
    void refusesRulesOfToolsThatMeanNothing() throws Exception {
        Map<String, String> environment =
                Map.of(
                        "PARLEY_HOME", home.toString(),
                        "PARLEY_TOOLS_ADD_TSAK_APPROVAL", "always",
                        "PARLEY_TOOLS_ADD_TASK_APPROVAL", "sometimes");
        try (ParleyProcess parley =
                ParleyProcess.started(environment).expectErrors("Failed to start application")) {
            assertThat(parley.exitCode()).isEqualTo(1);
            assertThat(parley.console())
                    .contains("parley.tools.\"add_tsak\".approval: there is no tool add_tsak")
                    .contains("parley.tools.\"add_task\".approval is \"sometimes\". Write never,");
        }
    }

    @Test
    void refusesDataOfAnotherPostgres() throws Exception {
        Files.createDirectories(home.resolve("postgres"));
        Files.writeString(home.resolve("postgres").resolve("PG_VERSION"), "9.6\n");

        try (ParleyProcess parley = onEmbedded()) {
            assertThat(parley.exitCode()).isEqualTo(1);
            assertThat(parley.console())
                    .contains("was written by PostgreSQL 9.6")
                    .contains("PARLEY_HOME");
        }
    }

    @Test
    void tellsHelpAndRefusesUnknownOption() throws Exception {
        try (ParleyProcess help = ParleyProcess.started(Map.of(), "--help");
                ParleyProcess wrong = ParleyProcess.started(Map.of(), "--hlep")) {
            assertThat(help.exitCode()).isZero();
            assertThat(help.console()).contains("QUARKUS_DATASOURCE_JDBC_URL");
            assertThat(wrong.exitCode()).isEqualTo(2);
            assertThat(wrong.console()).contains("--hlep").contains("--help");
        }
    }

    /** Whether another machine could connect: the port listens on more than 127.0.0.1. */
    private static boolean canConnect(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getByName("127.0.0.2"), port)) {
            return socket.isConnected();
        } catch (ConnectException refused) {
            return false;
        }
    }

    private ParleyProcess onEmbedded() {
        return ParleyProcess.started(
                Map.of("PARLEY_HOME", home.toString(), "QUARKUS_SHUTDOWN_DELAY", "0S"));
    }

    private ParleyProcess onDatabase(EmbeddedPostgres database) {
        return ParleyProcess.started(
                Map.of(
                        "PARLEY_HOME",
                        home.toString(),
                        "KUBERNETES_SERVICE_HOST",
                        "10.0.0.1",
                        "PARLEY_QUOTA_PLANS_FREE_LIMIT",
                        "7",
                        "QUARKUS_SHUTDOWN_DELAY",
                        "0S",
                        "QUARKUS_DATASOURCE_JDBC_URL",
                        database.getJdbcUrl("postgres", "postgres"),
                        "QUARKUS_DATASOURCE_USERNAME",
                        "postgres"));
    }

    private ProcessHandle postgres() throws IOException {
        String pid =
                Files.readAllLines(home.resolve("postgres").resolve("postmaster.pid"))
                        .getFirst()
                        .strip();
        ProcessHandle postgres = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
        Wait.until(postgres::isAlive);
        return postgres;
    }

    /** What the embedded server says of a setting on which people's data depends. */
    private String setting(String name) throws IOException {
        String password =
                Files.readAllLines(home.resolve("pgpass")).stream()
                        .filter(line -> line.contains(":postgres:"))
                        .map(line -> line.substring(line.lastIndexOf(':') + 1))
                        .findFirst()
                        .orElseThrow();
        PGSimpleDataSource source = new PGSimpleDataSource();
        String port =
                Files.readAllLines(home.resolve("postgres").resolve("postmaster.pid"))
                        .get(3)
                        .strip();
        source.setURL("jdbc:postgresql://127.0.0.1:%s/postgres".formatted(port));
        source.setUser("postgres");
        source.setPassword(password);
        return new Database(source).texts("show " + name).getFirst();
    }

    private static String signedIn(ParleyProcess parley) {
        ApiResponse answer = parley.post("/api/auth/login", "", SIGN_IN);
        assertThat(answer.status()).as("%s%n%s", answer, parley.console()).isEqualTo(200);
        return answer.text("access_token");
    }
}
