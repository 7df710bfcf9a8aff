package dev.parley.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The texts of the console in all its languages. */
class ConsoleTextsTest {

    private static final Path APP = Path.of("src/main/resources/web/app");
    private static final Pattern ENTRY =
            Pattern.compile("^  '([\\w.]+)': (.*),$", Pattern.MULTILINE);
    private static final Pattern VALUE = Pattern.compile("\\{(\\w+)}");
    private static final Pattern USE = Pattern.compile("\\bt\\('([\\w.]+)'");

    @Test
    void areTheSameInEveryLanguage() throws IOException {
        Map<String, String> english = texts("en");
        Map<String, String> german = texts("de");

        assertThat(english).hasSizeGreaterThan(100);
        assertThat(german.keySet()).isEqualTo(english.keySet());
        assertThat(german)
                .allSatisfy((key, text) ->
                        assertThat(values(text))
                                .as(key)
                                .isEqualTo(values(english.getOrDefault(key, ""))));
    }

    @Test
    void existWhereverTheyAreUsed() throws IOException {
        Set<String> known = texts("en").keySet();
        try (Stream<Path> files = Files.walk(APP)) {
            files.filter(file -> file.toString().endsWith(".js"))
                    .forEach(file -> assertThat(known).as(file.toString()).containsAll(uses(file)));
        }
    }

    private static Map<String, String> texts(String language) throws IOException {
        Matcher entries =
                ENTRY.matcher(Files.readString(APP.resolve("texts/%s.js".formatted(language))));
        Map<String, String> texts = new TreeMap<>();
        while (entries.find()) {
            texts.put(entries.group(1), entries.group(2));
        }
        return texts;
    }

    private static Set<String> values(String text) {
        return VALUE.matcher(text)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> uses(Path file) {
        try {
            return USE.matcher(Files.readString(file))
                    .results()
                    .map(found -> found.group(1))
                    .collect(Collectors.toSet());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
