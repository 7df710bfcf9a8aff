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
 * A PostgreSQL that is installed on this machine.
 *
 * @param folder the folder of its programs
 */
record InstalledPostgres(Path folder, String majorVersion) {

    /** The oldest major version on which the migrations were tested. */
    static final int MIN_VERSION = 15;

    private static final List<String> REQUIRED_PROGRAMS = List.of("postgres", "initdb", "pg_ctl");

    /**
     * Where Debian, Red Hat and Homebrew install PostgreSQL; each folder may contain several
     * versions.
     */
    private static final List<String> USUAL_LOCATIONS =
            List.of(
                    "/usr/lib/postgresql",
                    "/usr",
                    "/opt/homebrew/opt",
                    "/usr/local/opt",
                    "/Library/PostgreSQL");

    private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)");
    private static final int EXECUTABLE = 0755;

    /** The installations that are new enough, newest first. */
    static List<InstalledPostgres> all() {
        return Stream.concat(onPath(), USUAL_LOCATIONS.stream().flatMap(InstalledPostgres::in))
                .distinct()
                .filter(InstalledPostgres::hasAllPrograms)
                .flatMap(InstalledPostgres::withVersion)
                .filter(installedPostgres ->
                        Integer.parseInt(installedPostgres.majorVersion()) >= MIN_VERSION)
                .sorted(
                        Comparator.comparingInt((InstalledPostgres installedPostgres) ->
                                        Integer.parseInt(installedPostgres.majorVersion()))
                                .reversed())
                .toList();
    }

    /**
     * The library unpacks an archive, so this archive contains scripts that call the installed
     * programs.
     */
    PostgresPrograms programs() {
        return new PostgresPrograms(
                majorVersion, folder.toString(), (system, hardware) -> wrapperArchive());
    }

    private InputStream wrapperArchive() throws IOException {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar =
                new TarArchiveOutputStream(new XZCompressorOutputStream(archive))) {
            for (String program : REQUIRED_PROGRAMS) {
                byte[] script =
                        "#!/bin/sh\nexec '%s' \"$@\"\n"
                                .formatted(folder.resolve(program))
                                .getBytes(StandardCharsets.UTF_8);
                TarArchiveEntry entry = new TarArchiveEntry("bin/" + program);
                entry.setMode(EXECUTABLE);
                entry.setSize(script.length);
                // The library unpacks each archive once, by its hash: a fixed time keeps the
                // archive
                // of the same programs identical
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

    private static Stream<Path> in(String location) {
        List<Path> folders = new ArrayList<>();
        try (DirectoryStream<Path> versions =
                Files.newDirectoryStream(Path.of(location), "{[0-9]*,pgsql-*,postgresql@*}")) {
            versions.forEach(version -> folders.add(version.resolve("bin")));
        } catch (IOException failure) {
            Log.debugf(failure, "No PostgreSQL in %s", location);
        }
        return folders.stream();
    }

    private static boolean hasAllPrograms(Path folder) {
        return REQUIRED_PROGRAMS.stream()
                .allMatch(program -> Files.isExecutable(folder.resolve(program)));
    }

    private static Stream<InstalledPostgres> withVersion(Path folder) {
        try {
            Process process =
                    new ProcessBuilder(folder.resolve("postgres").toString(), "--version")
                            .redirectErrorStream(true)
                            .start();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Matcher version = VERSION.matcher(output);
            boolean isKnown = process.waitFor(5, TimeUnit.SECONDS) && version.find();
            return isKnown
                    ? Stream.of(new InstalledPostgres(folder, version.group(1)))
                    : Stream.empty();
        } catch (IOException failure) {
            Log.debugf(failure, "Cannot read the version of the PostgreSQL in %s", folder);
            return Stream.empty();
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            return Stream.empty();
        }
    }
}
