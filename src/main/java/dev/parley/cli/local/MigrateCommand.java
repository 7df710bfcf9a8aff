package dev.parley.cli.local;

import dev.parley.cli.terminal.JsonOutput;
import dev.parley.cli.terminal.OutputOptions;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Migrates the database to the version of this Parley. */
@Command(
        name = "migrate",
        description = {
            "Migrates the database to the version of this Parley and exits.",
            "serve also migrates at its start. Use this command to migrate before the start, or as"
                    + " a database user with more rights (QUARKUS_FLYWAY_USERNAME,"
                    + " QUARKUS_FLYWAY_PASSWORD)."
        })
public final class MigrateCommand implements Callable<Integer> {

    /** Waits for a database that is starting, as serve does. */
    private static final Map<String, String> SETTINGS =
            Map.of(
                    "parley.database.migrate-at-start", "false",
                    "parley.database.start-timeout", "2M",
                    "quarkus.log.console.level", "INFO",
                    "quarkus.log.category.\"io.quarkus\".level", "WARN");

    @Option(
            names = "--wait",
            description =
                    "Migrates nothing, but waits until another process has migrated the database.")
    boolean waits;

    @Spec CommandSpec spec;

    @Mixin OutputOptions output;

    @Override
    public Integer call() throws Exception {
        return LocalCommandRunner.run(
                SETTINGS,
                services -> {
                    String version =
                            waits
                                    ? services.systemCheck().awaitMigrations()
                                    : services.systemCheck().migrate();
                    output.print(
                            spec,
                            JsonOutput.object().put("schema_version", version),
                            "The database is at version " + version + ".");
                    return ExitCode.OK;
                });
    }
}
