package dev.parley.platform.database.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * PostgreSQL's programs in a folder, and their major version.
 *
 * @param folder the folder of {@code postgres}, {@code initdb} and {@code pg_ctl}
 */
record PostgresPrograms(String majorVersion, Path folder) {

    /** The major version of the archive that is built and shipped with Parley. */
    static final String SHIPPED_VERSION = "17";

    /** Long enough to recover the data of a large database after a crash. */
    private static final Duration MAX_RUN = Duration.ofMinutes(10);

    /**
     * Searches the folder of the executable, then the class path (a native executable has none),
     * then the machine.
     *
     * @param wanted the major version that wrote the data, if there is data
     * @param unpacked the folder into which an archive is unpacked
     * @throws EmbeddedDatabaseException if no programs are found, or none that can open the data
     * @throws IOException if an archive cannot be read or unpacked
     */
    static PostgresPrograms find(Optional<String> wanted, Path unpacked) throws IOException {
        Optional<Archive> shipped = shipped();
        if (shipped.isPresent() && wanted.map(SHIPPED_VERSION::equals).orElse(true)) {
            return new PostgresPrograms(
                    SHIPPED_VERSION,
                    PostgresArchive.unpack(shipped.get(), unpacked).resolve("bin"));
        }
        List<PostgresPrograms> installed = InstalledPostgres.all();
        return installed.stream()
                .filter(programs -> wanted.map(programs.majorVersion()::equals).orElse(true))
                .findFirst()
                .orElseThrow(() -> noSuitablePrograms(wanted, shipped.isPresent(), installed));
    }

    /**
     * Searches programs of any version.
     *
     * @throws EmbeddedDatabaseException if there are none
     */
    static void requireAny() {
        List<PostgresPrograms> installed = InstalledPostgres.all();
        if (shipped().isEmpty() && installed.isEmpty()) {
            throw noSuitablePrograms(Optional.empty(), false, installed);
        }
    }

    private static Optional<Archive> shipped() {
        return beside(executable()).or(PostgresPrograms::onClassPath);
    }

    /**
     * Runs a program to its end.
     *
     * @param log where the program's output is appended
     * @param input what the program reads from its standard input
     * @throws IOException if the program fails
     */
    void run(Path log, String input, String program, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (isRunByRoot()) {
            // PostgreSQL refuses to run as root; in a user namespace of its own it does not see
            // that it does
            command.addAll(List.of("unshare", "-U"));
        }
        command.add(folder.resolve(program).toString());
        command.addAll(arguments);
        Redirect output = Redirect.appendTo(log.toFile());
        Process process =
                new ProcessBuilder(command).redirectOutput(output).redirectError(output).start();
        try (Writer standardInput = process.outputWriter()) {
            standardInput.write(input);
        }
        try {
            if (!process.waitFor(MAX_RUN.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException("%s did not end in %s".formatted(program, MAX_RUN));
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new IOException(program + " was interrupted", interruption);
        } finally {
            process.destroy();
        }
        if (process.exitValue() != 0) {
            throw new IOException("%s failed (%d)".formatted(program, process.exitValue()));
        }
    }

    private static boolean isRunByRoot() {
        return property("os.name").equals("linux") && property("user.name").equals("root");
    }

    /** The archive in the folder of the executable. */
    static Optional<Archive> beside(Path executable) {
        Path archive = executable.resolveSibling(archiveName());
        return Files.isRegularFile(archive)
                ? Optional.of(() -> Files.newInputStream(archive))
                : Optional.empty();
    }

    private static Optional<Archive> onClassPath() {
        String resource = "/" + archiveName();
        return PostgresPrograms.class.getResource(resource) == null
                ? Optional.empty()
                : Optional.of(() -> PostgresPrograms.class.getResourceAsStream(resource));
    }

    private static Path executable() {
        return Path.of(ProcessHandle.current().info().command().orElse("parley"));
    }

    /** The file name that the makers of the archives use. */
    private static String archiveName() {
        String system = property("os.name").startsWith("mac") ? "darwin" : "linux";
        String hardware = property("os.arch").equals("aarch64") ? "arm_64" : "x86_64";
        // Alpine has another C library
        String library = Files.exists(Path.of("/etc/alpine-release")) ? "-alpine_linux" : "";
        return "postgres-%s-%s%s.txz".formatted(system, hardware, library);
    }

    private static String property(String name) {
        return System.getProperty(name, "").toLowerCase(Locale.ROOT);
    }

    private static EmbeddedDatabaseException noSuitablePrograms(
            Optional<String> wanted, boolean hasShipped, List<PostgresPrograms> installed) {
        if (wanted.isPresent() && (hasShipped || !installed.isEmpty())) {
            return new EmbeddedDatabaseException(
                    "The data was written by PostgreSQL %s, but the PostgreSQL found is %s. Install PostgreSQL %s, or name another folder with PARLEY_HOME."
                            .formatted(
                                    wanted.get(),
                                    hasShipped
                                            ? SHIPPED_VERSION
                                            : installed.getFirst().majorVersion(),
                                    wanted.get()),
                    null);
        }
        return new EmbeddedDatabaseException(
                "No PostgreSQL was found to store the data. Name a database with QUARKUS_DATASOURCE_JDBC_URL, install PostgreSQL %d or newer, or put %s beside the executable."
                        .formatted(InstalledPostgres.MIN_VERSION, archiveName()),
                null);
    }

    /** An archive of programs, which can be read again and again. */
    @FunctionalInterface
    interface Archive {

        InputStream open() throws IOException;
    }
}
