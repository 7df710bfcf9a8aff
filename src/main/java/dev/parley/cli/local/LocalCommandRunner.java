package dev.parley.cli.local;

import dev.parley.platform.jobs.ProcessMode;
import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import jakarta.enterprise.context.Dependent;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;

/**
 * Boots the application without its HTTP API and its jobs, runs one local command, and stops the
 * application. The process is not a runner and opens no port, so it does not affect running
 * instances.
 */
@Dependent
@Unremovable
class LocalCommandRunner implements QuarkusApplication {

    private static final Map<String, String> BASE_SETTINGS =
            Map.of(
                    ProcessMode.SERVING,
                    "false",
                    "quarkus.http.host-enabled",
                    "false",
                    "quarkus.management.host-enabled",
                    "false",
                    "quarkus.scheduler.enabled",
                    "false",
                    "quarkus.shutdown.delay",
                    "0S",
                    "quarkus.datasource.jdbc.min-size",
                    "0",
                    "parley.database.start-timeout",
                    "0S",
                    // Standard output is for the command's result; log messages go to standard
                    // error
                    "quarkus.log.console.stderr",
                    "true",
                    "quarkus.log.console.level",
                    "WARN");

    /**
     * The command to run. Quarkus.run passes only text arguments, so the command is passed here.
     */
    private static final AtomicReference<LocalCommand> COMMAND = new AtomicReference<>();

    private static final AtomicReference<@Nullable Throwable> FAILURE = new AtomicReference<>();

    private final CommandServices services;

    LocalCommandRunner(CommandServices services) {
        this.services = services;
    }

    /**
     * Runs a command on a database at this version. The embedded database is migrated first; a
     * configured database is never migrated here.
     *
     * @return the exit code
     * @throws Exception if the command or the start of the application failed
     */
    static int run(LocalCommand command) throws Exception {
        boolean isEmbedded = TrialDatabase.joinWhereNoneIsConfigured();
        return boot(
                Map.of("parley.database.migrate-at-start", Boolean.toString(isEmbedded)),
                services -> {
                    services.systemCheck().requireThisVersion();
                    return command.run(services);
                });
    }

    /**
     * Runs a command on a database at any version.
     *
     * @param settings settings in addition to those of every local command
     * @return the exit code
     * @throws Exception if the command or the start of the application failed
     */
    static int run(Map<String, String> settings, LocalCommand command) throws Exception {
        TrialDatabase.joinWhereNoneIsConfigured();
        return boot(settings, command);
    }

    private static int boot(Map<String, String> settings, LocalCommand command) throws Exception {
        Map<String, String> merged = new HashMap<>(BASE_SETTINGS);
        merged.putAll(settings);
        merged.forEach(LocalCommandRunner::setIfAbsent);
        COMMAND.set(command);
        AtomicReference<Integer> code = new AtomicReference<>(ExitCode.SOFTWARE);
        Quarkus.run(
                LocalCommandRunner.class,
                (exit, failure) -> {
                    code.set(exit);
                    FAILURE.compareAndSet(null, failure);
                });
        if (FAILURE.get() instanceof Exception failure) {
            throw failure;
        }
        if (FAILURE.get() instanceof Error failure) {
            throw failure;
        }
        return code.get();
    }

    private static void setIfAbsent(String name, String value) {
        if (System.getProperty(name) == null) {
            System.setProperty(name, value);
        }
    }

    @Override
    public int run(String... arguments) {
        try {
            return COMMAND.get().run(services);
        } catch (Exception failure) {
            // Rethrown by boot() and printed once there; the framework would print the failure a
            // second time
            FAILURE.set(failure);
            return ExitCode.SOFTWARE;
        }
    }
}
