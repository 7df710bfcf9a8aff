package dev.parley.platform.database.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A real PostgreSQL that Parley starts itself, with its data in a folder, so that trying Parley out
 * needs nothing else. The server listens on the loopback interface only and asks for a password,
 * which is in a file that only the user who runs Parley can read. Parley connects as a role that is
 * no superuser.
 *
 * <p>One process owns the folder at a time, by a file lock that ends with the process. Only the
 * process with the lock may stop a server that a killed process left running.
 */
public final class EmbeddedDatabase implements AutoCloseable {

    private static final Duration MAX_START = Duration.ofSeconds(60);
    private static final Duration MAX_STOP = Duration.ofSeconds(20);
    private static final String PID_FILE = "postmaster.pid";
    private static final String MAX_CONNECTIONS = "50";

    /** Index of the port's line in {@code postmaster.pid}; the first line is the process id. */
    private static final int PORT_LINE = 3;

    private static @Nullable EmbeddedDatabase running;

    private final Home home;
    private final FileChannel lockFile;
    private final PostgresPrograms programs;
    private final JdbcAddress address;

    private EmbeddedDatabase(
            Home home, FileChannel lockFile, PostgresPrograms programs, JdbcAddress address) {
        this.home = home;
        this.lockFile = lockFile;
        this.programs = programs;
        this.address = address;
    }

    /**
     * Starts a server on the folder, with the data of earlier runs.
     *
     * @param folder the folder of Parley's files; created if missing
     * @throws EmbeddedDatabaseException if the server does not start; the message says what to do
     */
    public static synchronized EmbeddedDatabase start(Path folder) {
        try {
            Home home = Home.secured(folder);
            FileChannel lockFile = lock(home);
            try {
                PostgresPrograms programs =
                        PostgresPrograms.find(versionOf(home.data()), home.programs());
                stopOrphan(home.data());
                if (!Files.exists(home.passwordFile())) {
                    DataFolder.requireNewPasswords(home.data());
                }
                RolePasswords passwords = RolePasswords.readOrCreate(home.passwordFile());
                new DataFolder(home, programs, passwords).prepare();
                int port = freePort();
                programs.run(home.log(), "", "pg_ctl", startArguments(home, port));
                EmbeddedDatabase started =
                        new EmbeddedDatabase(home, lockFile, programs, address(port, passwords));
                running = started;
                return started;
            } catch (IOException | RuntimeException failure) {
                lockFile.close();
                throw failure;
            }
        } catch (EmbeddedDatabaseException reason) {
            throw reason;
        } catch (IOException | RuntimeException failure) {
            // In a container neither programs nor a folder are there, and a folder alone would not
            // help
            PostgresPrograms.requireAny();
            throw new EmbeddedDatabaseException(
                    "The embedded PostgreSQL in %s did not start (%s). Its log is %s."
                            .formatted(
                                    folder, failure.getMessage(), folder.resolve("postgres.log")),
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
    public static JdbcAddress startOrJoin(Path folder) {
        try {
            return start(folder).address();
        } catch (InUse failure) {
            return addressOfRunning(new Home(folder), failure);
        }
    }

    private static JdbcAddress addressOfRunning(Home home, InUse inUse) {
        try {
            List<String> lines = Files.readAllLines(home.data().resolve(PID_FILE));
            if (lines.size() > PORT_LINE && lines.get(PORT_LINE).strip().matches("[0-9]{1,5}")) {
                return address(
                        Integer.parseInt(lines.get(PORT_LINE).strip()),
                        RolePasswords.read(home.passwordFile()));
            }
            throw inUse;
        } catch (IOException failure) {
            inUse.addSuppressed(failure);
            throw inUse;
        }
    }

    private static JdbcAddress address(int port, RolePasswords passwords) {
        // Whatever else listens on the port after the server has ended is not told the password
        return new JdbcAddress(
                "jdbc:postgresql://127.0.0.1:%d/postgres?requireAuth=scram-sha-256".formatted(port),
                RolePasswords.APPLICATION,
                passwords.application());
    }

    /** The server that this process started, if it still runs. */
    public static synchronized Optional<EmbeddedDatabase> running() {
        return Optional.ofNullable(running);
    }

    /** How Parley connects to the server. */
    public JdbcAddress address() {
        return address;
    }

    /** The folder with the data. */
    public Path folder() {
        return home.data();
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
        if (!lockFile.isOpen()) {
            return;
        }
        try (lockFile) {
            programs.run(home.log(), "", "pg_ctl", stopArguments(home));
        } catch (IOException failure) {
            throw new UncheckedIOException("The embedded PostgreSQL did not stop", failure);
        }
    }

    private static List<String> startArguments(Home home, int port) {
        // Durability is stated: these settings protect users' data, whatever postgresql.conf says.
        // Without a socket in a folder that other users share, the port is the only way in
        String options =
                "-p %d -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=%s"
                                .formatted(port, MAX_CONNECTIONS)
                        + " -c fsync=on -c full_page_writes=on -c synchronous_commit=on";
        return control(home, MAX_START, "-o", options, "start");
    }

    private static List<String> stopArguments(Home home) {
        return control(home, MAX_STOP, "-m", "fast", "stop");
    }

    private static List<String> control(Home home, Duration limit, String... action) {
        List<String> arguments = new ArrayList<>();
        arguments.addAll(List.of("-D", home.data().toString()));
        arguments.addAll(List.of("-w", "-t", Long.toString(limit.toSeconds())));
        arguments.addAll(List.of(action));
        return arguments;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    private static FileChannel lock(Home home) throws IOException {
        FileChannel file =
                FileChannel.open(
                        home.lockFile(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
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

    private static InUse inUse(Home home, @Nullable Throwable cause) {
        return new InUse(
                "Another Parley is using the embedded database in %s. Stop it, or name another folder with PARLEY_HOME."
                        .formatted(home.folder()),
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
                        // PostgreSQL in single-user mode writes its process id as a negative number
                        .filter(pid -> pid.matches("-?[0-9]{1,9}"))
                        .flatMap(pid -> ProcessHandle.of(Math.abs(Long.parseLong(pid))))
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
    public record JdbcAddress(String jdbcUrl, String username, String password) {

        /** Without the password, which would end up in a log. */
        @Override
        public String toString() {
            return jdbcUrl + " as " + username;
        }
    }

    /** Another process uses the folder. */
    private static final class InUse extends EmbeddedDatabaseException {

        InUse(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
