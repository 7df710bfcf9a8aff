package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.FreePorts;
import dev.parley.testing.OwnPostgres;
import dev.parley.testing.ParleyProcess;
import dev.parley.testing.Wait;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * The native image's root, as {@code Dockerfile.native} fills it, without an engine: nothing but
 * the executable and what it is linked with, nothing to write to but {@code /tmp}, and nobody of
 * importance.
 */
@EnabledIf("mayChangeRoot")
class ScratchImageNativeIT {

    @TempDir Path folder;

    @Test
    void imageHoldsAllThatTheExecutableNeeds() throws Exception {
        Path root = root();
        int http = FreePorts.next();
        int probes = FreePorts.next();
        try (OwnPostgres postgres = new OwnPostgres(folder.resolve("postgres"))) {
            assertThat(run(root, Map.of(), "version")).startsWith("parley ").contains("native");

            Map<String, String> settings =
                    Map.of(
                            "QUARKUS_DATASOURCE_JDBC_URL",
                            "jdbc:postgresql://127.0.0.1:%d/postgres".formatted(postgres.port()),
                            "QUARKUS_DATASOURCE_USERNAME",
                            "postgres",
                            "QUARKUS_HTTP_PORT",
                            Integer.toString(http),
                            "QUARKUS_MANAGEMENT_PORT",
                            Integer.toString(probes));
            Process parley =
                    started(
                            root,
                            settings,
                            ProcessBuilder.Redirect.to(folder.resolve("log").toFile()),
                            "serve");
            try {
                Wait.until(() ->
                        Files.readString(folder.resolve("log")).contains("Parley listens on"));
                Wait.until(() -> run(root, settings, "probe", "ready").contains("\"UP\""));
                assertThat(run(root, settings, "probe", "live")).contains("virtual threads");
                assertThat(run(root, settings, "check")).doesNotContain("✗");
            } finally {
                parley.destroy();
                assertThat(parley.waitFor(60, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(run(root, settings, "probe", "live")).contains("did not answer");
        }
    }

    @Test
    void saysWhatToDoWithoutDatabase() throws Exception {
        assertThat(run(root(), Map.of("PARLEY_HOME", "/tmp/parley"), "serve").strip())
                .startsWith("parley: No PostgreSQL was found to store the data.")
                .contains("QUARKUS_DATASOURCE_JDBC_URL")
                .doesNotContain("\n");
    }

    private Path root() throws IOException, InterruptedException {
        Path root = Files.createDirectories(folder.resolve("root"));
        Path parley = Files.createDirectories(root.resolve("opt/parley")).resolve("parley");
        Files.copy(Path.of(ParleyProcess.executable().getFirst()), parley);
        Files.createDirectories(root.resolve("proc"));
        Files.createDirectories(root.resolve("dev"));
        Path writable = Files.createDirectories(root.resolve("tmp"));
        Files.setPosixFilePermissions(
                writable, java.nio.file.attribute.PosixFilePermissions.fromString("rwxrwxrwx"));
        Process libraries =
                new ProcessBuilder(
                                "sh",
                                "-c",
                                "ldd '%s' | grep -o '/[^ ]*' | sort -u | xargs -I{} cp --parents -L {} '%s'"
                                        .formatted(parley, root))
                        .inheritIO()
                        .start();
        assertThat(libraries.waitFor()).isZero();
        return root;
    }

    private String run(Path root, Map<String, String> settings, String... words)
            throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder, "run", ".out");
        Process process = started(root, settings, ProcessBuilder.Redirect.to(out.toFile()), words);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return Files.readString(out, StandardCharsets.UTF_8);
    }

    private static Process started(
            Path root, Map<String, String> settings, ProcessBuilder.Redirect out, String... words)
            throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "unshare",
                                "--mount",
                                "sh",
                                "-c",
                                // As an engine has it, in a view of the file system of its own
                                """
                                mount --bind /proc "$0/proc" && mount --bind /dev "$0/dev" &&
                                exec chroot --userspec=10001:10001 "$0" /opt/parley/parley "$@"
                                """,
                                root.toString()));
        command.addAll(List.of(words));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out);
        builder.environment().clear();
        builder.environment().putAll(settings);
        // For those who make the view
        builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        return builder.start();
    }

    static boolean mayChangeRoot() {
        return "root".equals(System.getProperty("user.name"));
    }
}
