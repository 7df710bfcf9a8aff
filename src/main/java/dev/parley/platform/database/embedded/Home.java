package dev.parley.platform.database.embedded;

import io.quarkus.logging.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The folder of Parley's files. Only the user who runs Parley can enter it. */
record Home(Path folder) {

    private static final Set<PosixFilePermission> OWNER_ENTERS =
            PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> OWNER_READS =
            PosixFilePermissions.fromString("rw-------");

    /**
     * Creates the folder, or takes away what earlier versions let other users do with it.
     *
     * @throws EmbeddedDatabaseException if other users can enter a folder that holds other things
     *     than Parley's; the message says what to do
     */
    static Home secured(Path folder) throws IOException {
        Home home = new Home(folder);
        Files.createDirectories(folder, mode(OWNER_ENTERS));
        Set<PosixFilePermission> before = Files.getPosixFilePermissions(folder);
        if (!OWNER_ENTERS.containsAll(before)) {
            // Nobody wants /tmp or a home directory closed because PARLEY_HOME names it
            if (!home.isEmpty() && !Files.exists(home.lockFile()) && !Files.exists(home.data())) {
                throw new EmbeddedDatabaseException(
                        "%s contains other files than Parley's, and other users can enter it. Name a folder for Parley alone with PARLEY_HOME."
                                .formatted(folder),
                        null);
            }
            Files.setPosixFilePermissions(folder, OWNER_ENTERS);
            Log.warnf(
                    "Other users could enter %s (%s); now only its owner can.",
                    folder, PosixFilePermissions.toString(before));
        }
        return home;
    }

    /** PostgreSQL's data. */
    Path data() {
        return folder.resolve("postgres");
    }

    /** New data that is not complete yet. */
    Path unfinishedData() {
        return folder.resolve("postgres-unfinished");
    }

    /** What PostgreSQL's programs print and log; created for the owner alone. */
    Path log() throws IOException {
        Path log = folder.resolve("postgres.log");
        if (Files.exists(log)) {
            Files.setPosixFilePermissions(log, OWNER_READS);
        } else {
            Files.createFile(log, mode(OWNER_READS));
        }
        return log;
    }

    /** The passwords of the database's roles. */
    Path passwordFile() {
        return folder.resolve("pgpass");
    }

    /** The file whose lock says which process uses the folder. */
    Path lockFile() {
        return folder.resolve("lock");
    }

    /** A folder for the owner alone, in which programs are unpacked. */
    Path programs() throws IOException {
        Path programs = Files.createDirectories(folder.resolve("binaries"), mode(OWNER_ENTERS));
        return Files.setPosixFilePermissions(programs, OWNER_ENTERS);
    }

    /** Writes a file that only the owner can read; nobody sees the file half written. */
    static void write(Path file, String content) throws IOException {
        Path unfinished =
                Files.createTempFile(
                        file.toAbsolutePath().getParent(), "new-", "", mode(OWNER_READS));
        Files.writeString(unfinished, content);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Deletes a folder with everything in it, if it exists. */
    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
    }

    private boolean isEmpty() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }

    private static FileAttribute<Set<PosixFilePermission>> mode(Set<PosixFilePermission> mode) {
        return PosixFilePermissions.asFileAttribute(mode);
    }
}
