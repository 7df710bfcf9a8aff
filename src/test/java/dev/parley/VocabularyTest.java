package dev.parley;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** One thing has one word: no retired word of src/test/vocabulary.tsv comes back. */
class VocabularyTest {

    private static final Path MAIN = Path.of("src", "main", "java");
    private static final Path TESTS = Path.of("src", "test", "java");

    /** These keep names of the past: what was broken once, the mutants, and the refused keys. */
    private static final List<String> HISTORY =
            List.of(
                    "seen-failing.md",
                    "mutants.tsv",
                    "testing.md",
                    "vocabulary.tsv",
                    "RetiredConfigurationKeys.java");

    private static final Pattern STRING_OR_COMMENT =
            Pattern.compile(
                    "\"\"\"(?s:.*?)\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"|'(?:\\\\.|[^'\\\\])+'"
                            + "|/\\*(?s:.*?)\\*/|//[^\\n]*");
    private static final Pattern CODE_SPAN = Pattern.compile("`[^`\\n]*`|(?s:```.*?```)");

    private final List<Word> words = Word.table();

    @Test
    void noTypeHasRetiredName() {
        String declared = "\\b(?:class|record|interface|enum) (?:%s)\\b";
        assertThat(found("type", declared, code(MAIN, TESTS))).isEmpty();
    }

    @Test
    void noMethodHasRetiredName() {
        assertThat(found("method", "\\b(?:%s)\\(", code(MAIN))).isEmpty();
    }

    @Test
    void noVariableHasRetiredName() {
        assertThat(found("name", "\\b(?:%s)\\b", code(MAIN))).isEmpty();
    }

    @Test
    void noKeyHasRetiredName() {
        assertThat(found("key", "\\b(?:%s)", Stream.concat(settings(), pages()))).isEmpty();
    }

    @Test
    void noMetricHasRetiredName() {
        assertThat(found("metric", "\\b(?:%s)", Stream.concat(settings(), pages()))).isEmpty();
    }

    @Test
    void commentsMessagesAndPagesUseNoRetiredWord() {
        Pattern english = Pattern.compile("(?i)" + words("allow"));
        Stream<Text> prose =
                Stream.concat(proseOf(MAIN), pages().map(page -> page.without(CODE_SPAN)))
                        .map(text -> text.without(english));
        assertThat(found("prose", "(?i)\\b(?:%s)\\b", prose)).isEmpty();
    }

    private List<String> found(String kind, String pattern, Stream<Text> texts) {
        Pattern retired = Pattern.compile(pattern.formatted(words(kind)));
        return texts.flatMap(text -> text.places(retired)).toList();
    }

    private String words(String kind) {
        return words.stream()
                .filter(word -> word.kind().equals(kind))
                .map(Word::pattern)
                .collect(joining("|"));
    }

    private static Stream<Text> settings() {
        return files("src/main", "src/host", "src/bench", "src/aot", "k8s");
    }

    private static Stream<Text> code(Path... roots) {
        return Stream.of(roots)
                .flatMap(root -> files(root.toString()))
                .map(text -> text.without(STRING_OR_COMMENT));
    }

    private static Stream<Text> proseOf(Path root) {
        return files(root.toString()).map(text -> text.only(STRING_OR_COMMENT));
    }

    private static Stream<Text> pages() {
        return Stream.concat(
                files("docs"),
                Stream.of("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
                        .map(page -> Text.of(Path.of(page))));
    }

    private static Stream<Text> files(String... roots) {
        List<Text> texts = new ArrayList<>();
        for (String root : roots) {
            try (Stream<Path> tree = Files.walk(Path.of(root))) {
                tree.filter(Files::isRegularFile)
                        .filter(path -> !HISTORY.contains(path.getFileName().toString()))
                        .filter(path -> !path.toString().endsWith(".png"))
                        .map(Text::of)
                        .forEach(texts::add);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
        return texts.stream();
    }

    /** A line of the table. */
    private record Word(String kind, String retired) {

        /** Every spelling of the word. */
        String pattern() {
            return switch (kind) {
                case "key" -> key();
                case "metric" -> Pattern.quote(retired) + "|" + retired.replace('.', '_');
                default -> retired;
            };
        }

        /** In a file, or as an environment variable; a longer key is another key. */
        private String key() {
            String variable = retired.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT);
            String end = retired.endsWith(".") ? "" : "(?![-\\w])";
            return "(?:" + Pattern.quote(retired) + "|" + variable + ")" + end;
        }

        static List<Word> table() {
            try (Stream<String> lines = Files.lines(Path.of("src", "test", "vocabulary.tsv"))) {
                return lines.filter(line -> !line.isBlank() && !line.startsWith("#"))
                        .map(line -> line.split("\t", -1))
                        .map(cells -> new Word(cells[0], cells[1]))
                        .toList();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    /** A file, or the parts of a file that a rule looks at; the lines keep their numbers. */
    private record Text(Path file, String content) {

        static Text of(Path file) {
            try {
                return new Text(file, Files.readString(file));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        Text without(Pattern parts) {
            return new Text(file, parts.matcher(content).replaceAll(part -> blank(part.group())));
        }

        Text only(Pattern parts) {
            StringBuilder kept = new StringBuilder(blank(content));
            for (MatchResult part : parts.matcher(content).results().toList()) {
                kept.replace(part.start(), part.end(), part.group());
            }
            return new Text(file, kept.toString());
        }

        Stream<String> places(Pattern pattern) {
            return pattern.matcher(content)
                    .results()
                    .map(found -> "%s:%d: %s".formatted(file, line(found.start()), found.group()));
        }

        private long line(int position) {
            return 1 + content.substring(0, position).chars().filter(c -> c == '\n').count();
        }

        private static String blank(String text) {
            return text.replaceAll("[^\\n]", " ");
        }
    }
}
