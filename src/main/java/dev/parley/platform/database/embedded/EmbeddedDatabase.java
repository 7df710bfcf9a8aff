package dev.parley.platform.database.embedded;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A real PostgreSQL that Parley starts itself, with its data in a folder, so that trying Parley out
 * needs nothing else. The server listens on the loopback interface only and lets every local user
 * in: use it for trying out, never for production.
 *
 * <p>One process owns the folder at a time, by a file lock that ends with the process. Only the
 * process with the lock may stop a server that a killed process left running.
 */
public final class EmbeddedDatabase implements AutoCloseable {

    private static final Duration MAX_START = Duration.ofSeconds(60);
    private static final Duration MAX_STOP = Duration.ofSeconds(20);
    private static final String SUPERUSER = "postgres";
    private static final String PID_FILE = "postmaster.pid";
    private static final int ANY_PORT = 0;

    /** Index of the port's line in {@code postmaster.pid}; the first line is the process id. */
    private static final int PORT_LINE = 3;

    private static @Nullable EmbeddedDatabase running;

    private final Path folder;
    private final FileChannel lockFile;
    private final PostgresPrograms programs;
    private final EmbeddedPostgres server;

    private EmbeddedDatabase(
            Path folder, FileChannel lockFile, PostgresPrograms programs, EmbeddedPostgres server) {
        this.programs = programs;
        this.folder = folder;
        this.lockFile = lockFile;
        this.server = server;
    }

    /**
     * Starts a server on the folder, with the data of earlier runs.
     *
     * @param home the folder of Parley's files; created if missing
     * @throws EmbeddedDatabaseException if the server does not start; the message says what to do
     */
    public static synchronized EmbeddedDatabase start(Path home) {
        try {
            Path folder = folderIn(Files.createDirectories(home));
            FileChannel lockFile = lock(home);
            try {
                PostgresPrograms programs = PostgresPrograms.find(versionOf(folder));
                stopOrphan(folder);
                EmbeddedDatabase started =
                        new EmbeddedDatabase(
                                folder, lockFile, programs, server(home, folder, programs));
                running = started;
                return started;
            } catch (IOException | RuntimeException failure) {
                lockFile.close();
                throw failure;
            }
        } catch (EmbeddedDatabaseException reason) {
            throw reason;
        } catch (IOException | RuntimeException failure) {
            throw new EmbeddedDatabaseException(
                    "The embedded PostgreSQL in %s did not start (%s). Its log is %s."
                            .formatted(home, failure.getMessage(), home.resolve("postgres.log")),
                    failure);
        }
    }

    /**
     * The server on the folder, for a command that may run beside a serving instance: connects to
     * the server if it runs, and starts it otherwise.
     *
     * @throws EmbeddedDatabaseException if the server can be neither started nor found; the message
     *     says what to do
     */
    public static JdbcAddress startOrJoin(Path home) {
        try {
            EmbeddedDatabase started = start(home);
            return new JdbcAddress(started.jdbcUrl(), started.username());
        } catch (InUse failure) {
            return addressOfRunning(home, failure);
        }
    }

    private static JdbcAddress addressOfRunning(Path home, InUse inUse) {
        try {
            List<String> lines = Files.readAllLines(folderIn(home).resolve(PID_FILE));
            if (lines.size() > PORT_LINE && lines.get(PORT_LINE).strip().matches("[0-9]{1,5}")) {
                return new JdbcAddress(
                        "jdbc:postgresql://localhost:%s/postgres"
                                .formatted(lines.get(PORT_LINE).strip()),
                        SUPERUSER);
            }
            throw inUse;
        } catch (IOException failure) {
            inUse.addSuppressed(failure);
            throw inUse;
        }
    }

    /** The server that this process started, if it still runs. */
    public static synchronized Optional<EmbeddedDatabase> running() {
        return Optional.ofNullable(running);
    }

    public String jdbcUrl() {
        return server.getJdbcUrl(SUPERUSER, SUPERUSER);
    }

    public String username() {
        return SUPERUSER;
    }

    /** The folder with the data. */
    public Path folder() {
        return folder;
    }

    public String majorVersion() {
        return programs.majorVersion();
    }

    /** Stops the server and keeps the data. Closing twice is harmless. */
    @Override
    public void close() {
        synchronized (EmbeddedDatabase.class) {
            if (running == this) {
                running = null;
            }
        }
        try (lockFile) {
            server.close();
        } catch (IOException failure) {
            throw new UncheckedIOException("The embedded PostgreSQL did not stop", failure);
        }
    }

    private static Path folderIn(Path home) {
        return home.resolve("postgres");
    }

    private static EmbeddedPostgres server(Path home, Path folder, PostgresPrograms programs)
            throws IOException {
        Redirect log = Redirect.appendTo(home.resolve("postgres.log").toFile());
        return EmbeddedPostgres.builder()
                .setDataDirectory(folder)
                .setCleanDataDirectory(false)
                .setPgBinaryResolver(programs.archive())
                .setOverrideWorkingDirectory(home.resolve("binaries").toFile())
                .setRegisterShutdownHook(false)
                .setPort(ANY_PORT)
                .setPGStartupWait(MAX_START)
                .setServerConfig("listen_addresses", "127.0.0.1")
                // zonky is made for tests and switches these off; here they protect users' data
                .setServerConfig("fsync", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("max_connections", "50")
                .setOutputRedirector(log)
                .setErrorRedirector(log)
                .start();
    }

    private static FileChannel lock(Path home) throws IOException {
        FileChannel file =
                FileChannel.open(
                        home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            @Nullable FileLock lock = file.tryLock();
            if (lock != null) {
                return file;
            }
        } catch (OverlappingFileLockException failure) {
            file.close();
            throw inUse(home, failure);
        }
        file.close();
        throw inUse(home, null);
    }

    private static InUse inUse(Path home, @Nullable Throwable cause) {
        return new InUse(
                "Another Parley is using the embedded database in %s. Stop it, or name another folder with PARLEY_HOME."
                        .formatted(home),
                cause);
    }

    /** The major version that wrote the data, if there is data. */
    private static Optional<String> versionOf(Path folder) throws IOException {
        Path version = folder.resolve("PG_VERSION");
        return Files.exists(version)
                ? Optional.of(Files.readString(version).strip())
                : Optional.empty();
    }

    /** After {@code kill -9} of Parley, the server keeps running and keeps the folder in use. */
    private static void stopOrphan(Path folder) throws IOException {
        Path pidFile = folder.resolve(PID_FILE);
        if (!Files.exists(pidFile)) {
            return;
        }
        List<String> lines = Files.readAllLines(pidFile);
        Optional<ProcessHandle> orphan =
                lines.stream()
                        .findFirst()
                        .map(String::strip)
                        .filter(pid -> pid.matches("[0-9]{1,9}"))
                        .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)))
                        .filter(process -> isPostgresOn(folder, process));
        if (orphan.isPresent()) {
            stop(orphan.get());
        }
        Files.deleteIfExists(pidFile);
    }

    /** Process ids are reused, so only a PostgreSQL that runs on this folder is stopped. */
    private static boolean isPostgresOn(Path folder, ProcessHandle process) {
        return process.info()
                .commandLine()
                .filter(line -> line.contains("postgres") && line.contains(folder.toString()))
                .isPresent();
    }

    private static void stop(ProcessHandle orphan) throws IOException {
        // SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for every open connection
        new ProcessBuilder("kill", "-INT", Long.toString(orphan.pid())).start();
        try {
            orphan.onExit().get(MAX_STOP.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException failure) {
            throw new EmbeddedDatabaseException(
                    "A PostgreSQL that an earlier Parley left running (process %d) did not stop. End it, then start again."
                            .formatted(orphan.pid()),
                    failure);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interruption);
        }
    }

    /** How a client connects to a server. */
    public record JdbcAddress(String jdbcUrl, String username) {}

    /** Another process uses the folder. */
    private static final class InUse extends EmbeddedDatabaseException {

        InUse(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
