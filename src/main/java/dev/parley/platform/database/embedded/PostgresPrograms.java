package dev.parley.platform.database.embedded;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.embedded.PgBinaryResolver;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * PostgreSQL's programs, their origin and their major version.
 *
 * @param origin where the programs come from, for people to read
 */
record PostgresPrograms(String majorVersion, String origin, PgBinaryResolver archive) {

    /** The major version of the archive that is built and shipped with Parley. */
    static final String SHIPPED_VERSION = "17";

    /**
     * Searches the folder of the executable, then the class path (a native executable has none),
     * then the machine.
     *
     * @param wanted the major version that wrote the data, if there is data
     * @throws EmbeddedDatabaseException if no programs are found, or none that can open the data
     */
    static PostgresPrograms find(Optional<String> wanted) {
        Optional<PostgresPrograms> shipped = beside(executable()).or(PostgresPrograms::onClassPath);
        if (shipped.isPresent() && wanted.map(SHIPPED_VERSION::equals).orElse(true)) {
            return shipped.get();
        }
        List<InstalledPostgres> installed = InstalledPostgres.all();
        return installed.stream()
                .filter(installedPostgres ->
                        wanted.map(installedPostgres.majorVersion()::equals).orElse(true))
                .findFirst()
                .map(InstalledPostgres::programs)
                .orElseThrow(() -> noSuitablePrograms(wanted, shipped, installed));
    }

    /** The archive in the folder of the executable. */
    static Optional<PostgresPrograms> beside(Path executable) {
        Path archive = executable.resolveSibling(archiveName());
        return Files.isRegularFile(archive)
                ? Optional.of(
                        new PostgresPrograms(
                                SHIPPED_VERSION,
                                archive.toString(),
                                (system, hardware) -> Files.newInputStream(archive)))
                : Optional.empty();
    }

    private static Optional<PostgresPrograms> onClassPath() {
        try (InputStream archive =
                PostgresPrograms.class.getResourceAsStream("/" + archiveName())) {
            return archive == null
                    ? Optional.empty()
                    : Optional.of(
                            new PostgresPrograms(
                                    SHIPPED_VERSION,
                                    "Parley's jars",
                                    DefaultPostgresBinaryResolver.INSTANCE));
        } catch (IOException failure) {
            throw new EmbeddedDatabaseException(
                    "The PostgreSQL in Parley's jars cannot be read: " + failure.getMessage(),
                    failure);
        }
    }

    private static Path executable() {
        return Path.of(ProcessHandle.current().info().command().orElse("parley"));
    }

    /** The file name that the makers of the archives use. */
    private static String archiveName() {
        String system = property("os.name").startsWith("mac") ? "darwin" : "linux";
        String hardware = property("os.arch").equals("aarch64") ? "arm_64" : "x86_64";
        return "postgres-%s-%s.txz".formatted(system, hardware);
    }

    private static String property(String name) {
        return System.getProperty(name, "").toLowerCase(Locale.ROOT);
    }

    private static EmbeddedDatabaseException noSuitablePrograms(
            Optional<String> wanted,
            Optional<PostgresPrograms> shipped,
            List<InstalledPostgres> installed) {
        if (wanted.isPresent() && (shipped.isPresent() || !installed.isEmpty())) {
            return new EmbeddedDatabaseException(
                    "The data was written by PostgreSQL %s, but the PostgreSQL found is %s. Install PostgreSQL %s, or name another folder with PARLEY_HOME."
                            .formatted(
                                    wanted.get(),
                                    shipped.isPresent()
                                            ? SHIPPED_VERSION
                                            : installed.getFirst().majorVersion(),
                                    wanted.get()),
                    null);
        }
        return new EmbeddedDatabaseException(
                "No PostgreSQL was found to store the data. Put %s beside the executable, install PostgreSQL %d or newer, or name a database with QUARKUS_DATASOURCE_JDBC_URL."
                        .formatted(archiveName(), InstalledPostgres.MIN_VERSION),
                null);
    }
}
