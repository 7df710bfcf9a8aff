package dev.parley.cli;

import dev.parley.database.embedded.EmbeddedDatabase;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/** Where the process starts. */
@QuarkusMain
public final class Parley {

    private static final String DATABASE_URL = "quarkus.datasource.jdbc.url";
    private static final int OK = 0;
    private static final int CANNOT_START = 1;
    private static final int WRONG_USAGE = 2;

    private static final String HELP =
            """
            Parley, the durable back end of an agent chat.

            Usage: java -jar quarkus-run.jar [-Dkey=value ...]

            Without any configuration it keeps its data in an embedded PostgreSQL under ~/.parley and answers with the offline
            assistant. What is most often set, as environment or, spelled as in brackets, with -D before -jar:

              QUARKUS_DATASOURCE_JDBC_URL   a PostgreSQL of your own   [quarkus.datasource.jdbc.url]
              QUARKUS_DATASOURCE_USERNAME   its user                   [quarkus.datasource.username]
              QUARKUS_DATASOURCE_PASSWORD   and password               [quarkus.datasource.password]
              PARLEY_MODEL_BASE_URL         an OpenAI-compatible endpoint, with /v1   [parley.model.base-url]
              PARLEY_MODEL_API_KEY          its key                    [parley.model.api-key]
              PARLEY_MODEL_NAME             the model's name           [parley.model.name]
              QUARKUS_HTTP_PORT             where to listen, 8080      [quarkus.http.port]
              PARLEY_HOME                   where the embedded database is kept       [parley.home]

            All settings stand in README.md.
            """;

    private Parley() {}

    public static void main(String... arguments) {
        List<String> given = List.of(arguments);
        if (given.contains("--help") || given.contains("-h")) {
            System.out.print(HELP);
            System.exit(OK);
        }
        if (!given.isEmpty()) {
            System.err.printf(
                    "parley: there is no option %s; --help tells what there is.%n",
                    given.getFirst());
            System.exit(WRONG_USAGE);
        }
        startDatabaseWhereNoneIsConfigured(System.err);
        Quarkus.run(arguments);
    }

    private static void startDatabaseWhereNoneIsConfigured(PrintStream complaints) {
        Config config = ConfigProvider.getConfig();
        if (config.getOptionalValue(DATABASE_URL, String.class).isPresent()) {
            return;
        }
        try {
            Path home = Path.of(config.getValue("parley.home", String.class));
            EmbeddedDatabase database = EmbeddedDatabase.start(home.toAbsolutePath());
            System.setProperty(DATABASE_URL, database.jdbcUrl());
            System.setProperty("quarkus.datasource.username", database.username());
        } catch (EmbeddedDatabase.CannotStart reason) {
            complaints.println("parley: " + reason.getMessage());
            System.exit(CANNOT_START);
        }
    }
}
