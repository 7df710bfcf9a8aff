package dev.parley.userdata;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.ExpectedErrors;
import dev.parley.testing.InProcess;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.UserWithData;
import dev.parley.testing.Wait;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.junit.DisabledOnIntegrationTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** All that is known of a user, as one document. */
@ParleyTest
@ExpectedErrors("The job .+ failed") // The database is made to fail
class ExportTest {

    private final InProcess<AgroalDataSource> pool = InProcess.of(AgroalDataSource.class);

    @AfterEach
    void behave() {
        Postgres.proxy().behave();
    }

    @Test
    void exportsEveryRowOfEveryTableAndNoSecret() {
        UserWithData belonger = UserWithData.with(7, 600);
        UserWithData.with(2, 10);

        ApiResponse exported = belonger.person().gets("/api/me/export");
        JsonNode document = exported.json();

        assertThat(exported.header("Content-Disposition")).startsWith("attachment");
        assertThat(exported.header("Cache-Control")).isEqualTo("no-store");
        belonger.rows()
                .forEach((table, rows) ->
                        assertThat(document.path(table)).as(table).hasSize(rows.intValue()));
        assertThat(document.path("accounts").get(0).path("username").asText())
                .isEqualTo(belonger.person().username());
        assertThat(document.path("conversations").get(0).path("pinned_at").asText())
                .endsWith("+00:00");
        assertThat(document.path("messages").get(0).path("created_at").asText()).endsWith("+00:00");
        assertThat(exported.body()).doesNotContain("password").doesNotContain("request_hash");
        assertThat(document.findValuesAsText("user_id"))
                .containsOnly(belonger.person().id().toString());
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void holdsNeitherConnectionNorDocumentWhileTheReaderDoesNotRead() throws IOException {
        UserWithData belonger = UserWithData.with(10, 40_000);
        Postgres.database()
                .change(
                        "update messages set content = repeat('x', 1000) where user_id = ?",
                        belonger.person().id());
        try (Socket socket = new Socket("localhost", RestAssured.port)) {
            ask(socket, belonger.person());
            InputStream in = socket.getInputStream();
            in.readNBytes(10_000);
            Wait.until(new QuietDatabase()::isQuiet);

            // A job may be at work for a moment; the export would hold on for as long as nobody
            // reads
            Wait.until(() -> pool.get().getMetrics().activeCount() == 0);
            Wait.until(() -> Postgres.database().idleInTransaction() == 0);
            long before = Postgres.proxy().roundTrips();
            // 600 pages and more: most of them are still in the database
            socket.setSoTimeout(60_000);
            in.readNBytes(30_000_000);
            Wait.until(() -> Postgres.proxy().roundTrips() > before + 200);
        }
    }

    @Test
    void breaksExportOffWhereTheDatabaseGoesAway() throws IOException {
        UserWithData belonger = UserWithData.with(10, 40_000);
        try (Socket socket = new Socket("localhost", RestAssured.port)) {
            ask(socket, belonger.person());
            InputStream in = socket.getInputStream();
            in.readNBytes(10_000);
            Postgres.proxy().goAway();
            socket.setSoTimeout(60_000);

            String rest = new String(in.readAllBytes(), StandardCharsets.UTF_8);

            // The last chunk, which would say that the document is whole, never comes
            assertThat(rest).doesNotEndWith("0\r\n\r\n");
            // Nor do the brackets that would close the document
            assertThat(rest.strip()).isNotEmpty().doesNotEndWith("]}");
        }
    }

    @Test
    void slowReadersKeepNobodyFromExporting() throws IOException {
        List<UserWithData> slow = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            slow.add(UserWithData.with(10, 10_000));
            Postgres.database()
                    .change(
                            "update messages set content = repeat('x', 2000) where user_id = ?",
                            slow.getLast().person().id());
        }
        Person another = Person.registered();
        List<Socket> readers = new ArrayList<>();
        try {
            for (UserWithData reader : slow) {
                // With four that read, one more is refused until one of them is found to be slow
                Wait.until(() -> {
                    Socket socket = new Socket("localhost", RestAssured.port);
                    ask(socket, reader.person());
                    if (firstLine(socket).contains(" 200 ")) {
                        return readers.add(socket);
                    }
                    socket.close();
                    return false;
                });
                assertThat(reader.person().gets("/api/me/export").code())
                        .as("one export for each user")
                        .isEqualTo("overloaded");
            }

            Wait.until(() -> another.gets("/api/me/export").status() == 200);

            readers.getFirst().setSoTimeout(60_000);
            String rest =
                    new String(
                            readers.getFirst().getInputStream().readAllBytes(),
                            StandardCharsets.UTF_8);
            assertThat(rest).as("a paused export goes on").endsWith("0\r\n\r\n");
            assertThat(Pattern.compile("\"role\"").matcher(rest).results())
                    .as("every message once")
                    .hasSize(10_000);
        } finally {
            for (Socket reader : readers) {
                reader.close();
            }
        }
    }

    @Test
    void keepsNoPlaceForRequestOfTheHeadAlone() {
        Person person = Person.registered();
        for (int i = 0; i < 6; i++) {
            assertThat(Person.send("HEAD", "/api/me/export", person.token(), null).status())
                    .isEqualTo(200);
        }

        assertThat(person.gets("/api/me/export").status()).isEqualTo(200);
    }

    private static String firstLine(Socket socket) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = socket.getInputStream().read();
                next >= 0 && next != '\n';
                next = socket.getInputStream().read()) {
            line.append((char) next);
        }
        return line.toString();
    }

    private static void ask(Socket socket, Person person) throws IOException {
        socket.getOutputStream()
                .write(
                        """
                        GET /api/me/export HTTP/1.1\r
                        Host: localhost\r
                        Connection: close\r
                        Authorization: Bearer %s\r
                        \r
                        """
                                .formatted(person.token())
                                .getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * Knows whether nothing has been asked of the database for half a second: the export waits for
     * its reader. Reading a page takes less, and jobs ask less often.
     */
    private static final class QuietDatabase {

        private static final Duration QUIET = Duration.ofMillis(500);

        private long roundTrips;
        private long changedAt;

        boolean isQuiet() {
            long now = Postgres.proxy().roundTrips();
            if (now != roundTrips) {
                roundTrips = now;
                changedAt = System.nanoTime();
            }
            return System.nanoTime() - changedAt > QUIET.toNanos();
        }
    }
}
