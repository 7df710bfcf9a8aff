package dev.parley.platform.database.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

/**
 * The passwords of the embedded database's two roles. They are stored in the format of PostgreSQL's
 * password file, so that {@code psql} can read them too.
 *
 * @param superuser for upkeep by people; Parley itself never connects with it
 * @param application the password of the role as which Parley connects
 */
record RolePasswords(String superuser, String application) {

    /** The name that {@code initdb} gives to the superuser. */
    static final String SUPERUSER = "postgres";

    /** The role of the application: it owns its database, and can run no programs. */
    static final String APPLICATION = "parley";

    private static final int RANDOM_BYTES = 24;

    /** Reads the passwords, or makes them up if the file is missing. */
    static RolePasswords readOrCreate(Path file) throws IOException {
        if (!Files.exists(file)) {
            // Made here and not once for the class: a native executable would carry it along
            SecureRandom random = new SecureRandom();
            RolePasswords created = new RolePasswords(password(random), password(random));
            Home.write(
                    file,
                    line(SUPERUSER, created.superuser) + line(APPLICATION, created.application));
        }
        return read(file);
    }

    /**
     * @throws IOException if the file is missing or incomplete
     */
    static RolePasswords read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        return new RolePasswords(find(SUPERUSER, lines, file), find(APPLICATION, lines, file));
    }

    /** Never the passwords, which would end up in a log. */
    @Override
    public String toString() {
        return "RolePasswords";
    }

    private static String line(String role, String password) {
        return prefix(role) + password + "\n";
    }

    private static String prefix(String role) {
        return "*:*:*:" + role + ":";
    }

    private static String find(String role, List<String> lines, Path file) throws IOException {
        return lines.stream()
                .filter(line -> line.startsWith(prefix(role)))
                .map(line -> line.substring(prefix(role).length()))
                .findFirst()
                .orElseThrow(() -> new IOException(file + " has no password for " + role));
    }

    private static String password(SecureRandom random) {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
