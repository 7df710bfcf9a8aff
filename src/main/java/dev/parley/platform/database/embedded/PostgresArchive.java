package dev.parley.platform.database.embedded;

import dev.parley.platform.database.embedded.PostgresPrograms.Archive;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** Unpacks PostgreSQL's programs, once for each archive. */
final class PostgresArchive {

    private static final int HASH_LENGTH = 16;
    private static final int EXECUTABLE_BY_OWNER = 0100;

    private PostgresArchive() {}

    /**
     * Unpacks a {@code .txz} archive into a folder whose name is the hash of the archive, if that
     * folder does not exist yet. The folder appears when it is complete.
     *
     * @param parent the folder of all unpacked archives
     * @return the folder with the archive's files
     */
    static Path unpack(Archive archive, Path parent) throws IOException {
        Path folder = parent.resolve("postgres-" + hash(archive));
        if (!Files.exists(folder)) {
            // What a killed process has left; one process at a time uses the folder
            Path unfinished = parent.resolve("unpacking");
            Home.delete(unfinished);
            Files.createDirectory(unfinished);
            try (TarArchiveInputStream tar =
                    new TarArchiveInputStream(new XZInputStream(archive.open()))) {
                for (TarArchiveEntry entry = tar.getNextEntry();
                        entry != null;
                        entry = tar.getNextEntry()) {
                    unpack(entry, tar, unfinished);
                }
            }
            Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
        }
        return folder;
    }

    private static void unpack(TarArchiveEntry entry, InputStream content, Path folder)
            throws IOException {
        Path target = entry.resolveIn(folder);
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Files.createDirectories(target.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else {
            Files.copy(content, target);
            if ((entry.getMode() & EXECUTABLE_BY_OWNER) != 0
                    && !target.toFile().setExecutable(true)) {
                throw new IOException(target + " cannot be made executable");
            }
        }
    }

    private static String hash(Archive archive) throws IOException {
        try (DigestInputStream digested =
                new DigestInputStream(archive.open(), MessageDigest.getInstance("SHA-256"))) {
            digested.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of()
                    .formatHex(digested.getMessageDigest().digest())
                    .substring(0, HASH_LENGTH);
        } catch (NoSuchAlgorithmException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
