package dev.parley.platform.database.embedded;

import io.quarkus.logging.Log;
import java.io.IOException;
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

/** The PostgreSQL installations of this machine. */
final class InstalledPostgres {

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

    private InstalledPostgres() {}

    /** The installations that are new enough, newest first. */
    static List<PostgresPrograms> all() {
        return Stream.concat(onPath(), USUAL_LOCATIONS.stream().flatMap(InstalledPostgres::in))
                .distinct()
                .filter(InstalledPostgres::hasAllPrograms)
                .flatMap(InstalledPostgres::withVersion)
                .filter(programs -> Integer.parseInt(programs.majorVersion()) >= MIN_VERSION)
                .sorted(
                        Comparator.comparingInt((PostgresPrograms programs) ->
                                        Integer.parseInt(programs.majorVersion()))
                                .reversed())
                .toList();
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

    private static Stream<PostgresPrograms> withVersion(Path folder) {
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
                    ? Stream.of(new PostgresPrograms(version.group(1), folder))
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
