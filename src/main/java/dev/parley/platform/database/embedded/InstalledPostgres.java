package dev.parley.platform.database.embedded;

import io.quarkus.logging.Log;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorOutputStream;

/**
 * A PostgreSQL that was installed on this machine.
 *
 * @param folder where its programs are
 */
record InstalledPostgres(Path folder, String majorVersion) {

    /** The migrations were seen to run on it. */
    static final int OLDEST = 15;

    private static final List<String> NEEDED = List.of("postgres", "initdb", "pg_ctl");

    /** Where Debian, Red Hat and Homebrew put them; each may hold several versions. */
    private static final List<String> USUAL_PLACES =
            List.of(
                    "/usr/lib/postgresql",
                    "/usr",
                    "/opt/homebrew/opt",
                    "/usr/local/opt",
                    "/Library/PostgreSQL");

    private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)");
    private static final int EXECUTABLE = 0755;

    /** The installations that are new enough, the newest first. */
    static List<InstalledPostgres> all() {
        return Stream.concat(onPath(), USUAL_PLACES.stream().flatMap(InstalledPostgres::in))
                .distinct()
                .filter(InstalledPostgres::hasAll)
                .flatMap(InstalledPostgres::asked)
                .filter(installedPostgres ->
                        Integer.parseInt(installedPostgres.majorVersion()) >= OLDEST)
                .sorted(
                        Comparator.comparingInt((InstalledPostgres installedPostgres) ->
                                        Integer.parseInt(installedPostgres.majorVersion()))
                                .reversed())
                .toList();
    }

    /**
     * What the library unpacks is an archive: this one holds no programs, but passes on to those
     * that are installed.
     */
    PostgresPrograms programs() {
        return new PostgresPrograms(
                majorVersion, folder.toString(), (system, hardware) -> passingOn());
    }

    private InputStream passingOn() throws IOException {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar =
                new TarArchiveOutputStream(new XZCompressorOutputStream(archive))) {
            for (String program : NEEDED) {
                byte[] script =
                        "#!/bin/sh\nexec '%s' \"$@\"\n"
                                .formatted(folder.resolve(program))
                                .getBytes(StandardCharsets.UTF_8);
                TarArchiveEntry entry = new TarArchiveEntry("bin/" + program);
                entry.setMode(EXECUTABLE);
                entry.setSize(script.length);
                // The library unpacks what it does not know yet: the same programs are the same
                // archive
                entry.setModTime(0L);
                tar.putArchiveEntry(entry);
                tar.write(script);
                tar.closeArchiveEntry();
            }
        }
        return new ByteArrayInputStream(archive.toByteArray());
    }

    private static Stream<Path> onPath() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .filter(folder -> !folder.isEmpty())
                .map(Path::of);
    }

    private static Stream<Path> in(String place) {
        List<Path> folders = new ArrayList<>();
        try (DirectoryStream<Path> versions =
                Files.newDirectoryStream(Path.of(place), "{[0-9]*,pgsql-*,postgresql@*}")) {
            versions.forEach(version -> folders.add(version.resolve("bin")));
        } catch (IOException failure) {
            Log.debugf(failure, "No PostgreSQL in %s", place);
        }
        return folders.stream();
    }

    private static boolean hasAll(Path folder) {
        return NEEDED.stream().allMatch(program -> Files.isExecutable(folder.resolve(program)));
    }

    private static Stream<InstalledPostgres> asked(Path folder) {
        try {
            Process asked =
                    new ProcessBuilder(folder.resolve("postgres").toString(), "--version")
                            .redirectErrorStream(true)
                            .start();
            String answer =
                    new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Matcher version = VERSION.matcher(answer);
            boolean answered = asked.waitFor(5, TimeUnit.SECONDS) && version.find();
            return answered
                    ? Stream.of(new InstalledPostgres(folder, version.group(1)))
                    : Stream.empty();
        } catch (IOException failure) {
            Log.debugf(failure, "The PostgreSQL in %s does not say its version", folder);
            return Stream.empty();
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            return Stream.empty();
        }
    }
}
