package dev.parley.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The mutants, the tests that they name and the table of docs/testing.md are consistent. */
class MutantsTest {

    private static final Path MUTANTS = Path.of("src", "test", "mutants");
    private static final Path TESTS = Path.of("src", "test", "java");
    private static final Pattern EXTENDS = Pattern.compile("class \\w+ extends (\\w+)");
    private static final Path PAGE = Path.of("docs", "testing.md");

    static List<Mutant> mutants() {
        try (Stream<Path> files = Files.list(MUTANTS)) {
            return files.filter(file -> file.toString().endsWith(".patch"))
                    .sorted()
                    .map(Mutant::read)
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void namesTestMethodsThatExist(Mutant mutant) throws IOException {
        String source = source(mutant.test().replaceFirst("#.*", ""));
        Matcher contract = EXTENDS.matcher(source);
        String inherited = contract.find() ? source(contract.group(1)) : "";

        assertThat(mutant.test()).as("the test names a method").contains("#");
        assertThat(mutant.methods())
                .allSatisfy(method -> assertThat(source + inherited).contains(" " + method + "("));
    }

    private static String source(String type) throws IOException {
        try (Stream<Path> files = Files.walk(TESTS)) {
            List<Path> sources = files.filter(file -> file.endsWith(type + ".java")).toList();
            assertThat(sources).as("sources of %s", type).hasSize(1);
            return Files.readString(sources.getFirst());
        }
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void changesFilesOfMainThatExist(Mutant mutant) {
        assertThat(mutant.changedFiles())
                .isNotEmpty()
                .allSatisfy(file -> {
                    assertThat(file).startsWith("src/main/");
                    assertThat(Path.of(file)).exists();
                });
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void appliesToTheCode(Mutant mutant) throws IOException, InterruptedException {
        Process git =
                new ProcessBuilder(
                                "git",
                                "apply",
                                "--check",
                                MUTANTS.resolve(mutant.name() + ".patch").toString())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(git.waitFor()).as(output).isZero();
    }

    @Test
    void standInTheTableOfThePage() throws IOException {
        Set<String> rows =
                Files.readAllLines(PAGE).stream()
                        .filter(line ->
                                line.startsWith("| ") && line.contains("`") && line.contains("#"))
                        .collect(Collectors.toCollection(TreeSet::new));

        assertThat(rows)
                .as("docs/testing.md holds the output of src/test/mutants/run -l")
                .containsAll(mutants().stream().map(Mutant::row).toList());
    }

    @Test
    void breakEveryGuaranteeThatIsBuilt() {
        assertThat(mutants().stream().map(Mutant::guarantee))
                .contains("G1", "G2", "G3", "G4", "G5", "G6", "G7", "G8", "G9", "G10");
    }

    /** A patch. */
    record Mutant(
            String name, String guarantee, String text, String test, List<String> changedFiles) {

        static Mutant read(Path patch) {
            try {
                List<String> lines = Files.readAllLines(patch);
                return new Mutant(
                        patch.getFileName().toString().replace(".patch", ""),
                        field("Guarantee", lines),
                        field("Mutant", lines),
                        field("Test", lines),
                        lines.stream()
                                .filter(line -> line.startsWith("+++ b/"))
                                .map(line -> line.substring("+++ b/".length()))
                                .toList());
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        /** Surefire accepts several methods, joined by a plus sign. */
        List<String> methods() {
            return Arrays.asList(test.replaceFirst(".*#", "").split("\\+", -1));
        }

        String row() {
            return "| %s | `%s` | %s | `%s` |".formatted(guarantee, name, text, test);
        }

        private static String field(String name, List<String> lines) {
            return lines.stream()
                    .takeWhile(line -> !line.startsWith("diff "))
                    .filter(line -> line.startsWith(name + ": "))
                    .map(line -> line.substring(name.length() + 2).strip())
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("There is no line " + name));
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
