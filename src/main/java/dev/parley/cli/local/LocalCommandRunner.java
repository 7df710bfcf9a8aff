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
 * Boots the application without its HTTP API and its jobs, runs one local command, and stops it.
 * Nobody else notices: the process is no runner, and listens nowhere.
 */
@Dependent
@Unremovable
class LocalCommandRunner implements QuarkusApplication {

    private static final Map<String, String> QUIETLY =
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
                    "quarkus.flyway.connect-retries",
                    "0",
                    // What is printed is the command's answer; complaints go the other way
                    "quarkus.log.console.stderr",
                    "true",
                    "quarkus.log.console.level",
                    "WARN");

    /** Booting takes no arguments but text: this is how the command gets there. */
    private static final AtomicReference<LocalCommand> TO_DO = new AtomicReference<>();

    private static final AtomicReference<@Nullable Throwable> FAILURE = new AtomicReference<>();

    private final CommandServices desk;

    LocalCommandRunner(CommandServices desk) {
        this.desk = desk;
    }

    /**
     * Runs a command on a database of this version. The embedded database is migrated first; a
     * configured database is not changed by the way.
     *
     * @return the exit code
     * @throws Exception what the command, or booting, failed with
     */
    static int run(LocalCommand errand) throws Exception {
        boolean isTrial = TrialDatabase.joinWhereNoneIsConfigured();
        return boot(
                Map.of("parley.database.migrate-at-start", Boolean.toString(isTrial)),
                desk -> {
                    desk.checkUp().requireThisVersion();
                    return errand.run(desk);
                });
    }

    /**
     * Does it on whatever there is.
     *
     * @param settings beside the settings of every local command
     * @return the exit code
     * @throws Exception what the command, or booting, failed with
     */
    static int run(Map<String, String> settings, LocalCommand errand) throws Exception {
        TrialDatabase.joinWhereNoneIsConfigured();
        return boot(settings, errand);
    }

    private static int boot(Map<String, String> settings, LocalCommand errand) throws Exception {
        Map<String, String> all = new HashMap<>(QUIETLY);
        all.putAll(settings);
        all.forEach(LocalCommandRunner::setUnlessGiven);
        TO_DO.set(errand);
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

    private static void setUnlessGiven(String name, String value) {
        if (System.getProperty(name) == null) {
            System.setProperty(name, value);
        }
    }

    @Override
    public int run(String... arguments) {
        try {
            return TO_DO.get().run(desk);
        } catch (Exception failure) {
            // Printed once, where all failures are printed; the framework would print it too
            FAILURE.set(failure);
            return ExitCode.SOFTWARE;
        }
    }
}
