package dev.parley.cli.local;

import dev.parley.cli.terminal.JsonOutput;
import dev.parley.cli.terminal.OutputOptions;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Brings the database to the version of this Parley. */
@Command(
        name = "migrate",
        description = {
            "Brings the database to this Parley's version, and ends.",
            "serve does so too; this is for a migration before the start, or by a database user"
                    + " with more rights (QUARKUS_FLYWAY_USERNAME, QUARKUS_FLYWAY_PASSWORD)."
        })
public final class MigrateCommand implements Callable<Integer> {

    /** It is waited for, as serve does: a database that is just being started. */
    private static final Map<String, String> WITH_PATIENCE =
            Map.of(
                    "parley.database.migrate-at-start", "false",
                    "quarkus.flyway.connect-retries", "20",
                    "quarkus.log.console.level", "INFO",
                    "quarkus.log.category.\"io.quarkus\".level", "WARN");

    @Spec CommandSpec spec;

    @Mixin OutputOptions printing;

    @Override
    public Integer call() throws Exception {
        return LocalCommandRunner.run(
                WITH_PATIENCE,
                desk -> {
                    String version = desk.checkUp().migrate();
                    printing.print(
                            spec,
                            JsonOutput.object().put("schema_version", version),
                            "The database is at version " + version + ".");
                    return ExitCode.OK;
                });
    }
}
