package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * What a release is built from is named by its digest, and each job has the rights that it needs.
 */
class SupplyChainTest {

    private static final Pattern USES = Pattern.compile("uses: (.*)");
    private static final Pattern PINNED_ACTION =
            Pattern.compile("[\\w-]+/[\\w-]+@[0-9a-f]{40} # v\\d+\\.\\d+\\.\\d+");
    private static final Pattern IMAGE =
            Pattern.compile("(?m)^ *(?:FROM|image:|ARG BUILDER=) ?(\\S+)");
    private static final Pattern PINNED_IMAGE = Pattern.compile("\\S+:\\S+@sha256:[0-9a-f]{64}");

    /** A stage, an argument that is pinned where it is declared, and Parley's own images. */
    private static final Set<String> OWN =
            Set.of("scratch", "${BUILDER}", "parley", "parley:latest-jvm");

    /** The rights that a workflow may have beyond reading, by job. */
    private static final Map<String, Map<String, String>> RIGHTS =
            Map.of(
                    "sign-images", Map.of("id-token", "write"),
                    "sign-executables", Map.of("id-token", "write"),
                    "publish", Map.of("contents", "write"));

    static List<Path> workflows() throws IOException {
        return files(".github/workflows", ".yml");
    }

    static List<Path> images() throws IOException {
        return Stream.of(
                        files("src/main/docker", ""),
                        files("src/host", "compose.yaml"),
                        files("k8s", ".yaml"))
                .flatMap(List::stream)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("workflows")
    void actionsAreNamedByTheirCommit(Path workflow) {
        assertThat(found(USES, workflow)).isNotEmpty().allMatch(PINNED_ACTION.asMatchPredicate());
    }

    @ParameterizedTest
    @MethodSource("images")
    void imagesAreNamedByTheirDigest(Path file) {
        assertThat(found(IMAGE, file).filter(image -> !OWN.contains(image)))
                .allMatch(PINNED_IMAGE.asMatchPredicate());
    }

    @Test
    void findsImagesToCheck() throws IOException {
        assertThat(images().stream().flatMap(file -> found(IMAGE, file)))
                .anyMatch(image -> image.startsWith("eclipse-temurin:"))
                .anyMatch(image -> image.startsWith("debian:"))
                .anyMatch(image -> image.startsWith("postgres:"))
                .anyMatch(image -> image.startsWith("ghcr.io/graalvm/"));
    }

    @ParameterizedTest
    @MethodSource("workflows")
    void jobsHaveTheRightsThatTheyNeed(Path workflow) throws IOException {
        Map<String, Object> parsed =
                new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(workflow));
        assertThat(parsed.get("permissions")).isIn(Map.of(), Map.of("contents", "read"));
        jobs(parsed)
                .forEach((name, job) ->
                        assertThat(
                                        rights(
                                                job.getOrDefault(
                                                        "permissions", parsed.get("permissions"))))
                                .as(name)
                                .isEqualTo(RIGHTS.getOrDefault(name, Map.of("contents", "read"))));
    }

    @ParameterizedTest
    @MethodSource("workflows")
    void noTokenStaysBehindInTheCheckout(Path workflow) throws IOException {
        String text = Files.readString(workflow);
        assertThat(count(text, "persist-credentials: false"))
                .isEqualTo(count(text, "uses: actions/checkout@"));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Map<String, Object>> jobs(Map<String, Object> workflow) {
        return (Map<String, Map<String, Object>>) workflow.get("jobs");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, String> rights(Object permissions) {
        return (Map<String, String>) permissions;
    }

    private static long count(String text, String part) {
        return Pattern.compile(Pattern.quote(part)).matcher(text).results().count();
    }

    private static Stream<String> found(Pattern pattern, Path file) {
        try {
            List<MatchResult> results =
                    pattern.matcher(Files.readString(file)).results().collect(Collectors.toList());
            return results.stream().map(result -> result.group(1));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static List<Path> files(String folder, String suffix) throws IOException {
        try (Stream<Path> paths = Files.walk(Path.of(folder))) {
            return paths.filter(Files::isRegularFile)
                    .filter(path -> path.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }
}
