package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaStaticInitializer;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.parley.testing.CountedText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No text makes a regular expression slow: for twice the text, each expression reads about twice
 * the characters. Reads are counted instead of seconds, so the test is the same on a slow machine.
 *
 * <p>The expressions are found in the compiled classes and in the source, so a new expression is
 * tested without being listed here. The sentence forms of the offline assistant have a test of
 * their own, {@code LinearWorkTest}.
 */
class RegularExpressionsTest {

    private static final int SHORTEST = 64;
    private static final int LONGEST = 1_024;

    /** Reads that do not depend on the length of the text. */
    private static final int FIXED_READS = 500;

    /** Classes that keep an expression in an instance, and where it is tested. */
    private static final Map<String, String> KEEPS_IN_INSTANCE =
            Map.of(
                    "dev.parley.agent.offline.IntentParser$Form", "LinearWorkTest",
                    "dev.parley.agent.offline.TaskFilter", "here");

    private static final Set<String> COMPILERS =
            Set.of(
                    "dev.parley.agent.offline.IntentParser.pattern(java.lang.String)",
                    "dev.parley.agent.offline.TaskFilter.<init>");

    /** Expressions that the code matches against a whole text and never looks for. */
    private static final Set<String> ONLY_MATCHED =
            Set.of(
                    "ArgumentCondition.TOKEN",
                    "CatalogueKeys.NAME",
                    "IntentParser.DUE_AT_END",
                    "IntentParser.PRIORITY_AT_END",
                    "PreferenceIntentHandler.MY_THING_IS");

    /** Expressions that the code looks for and never matches against a whole text. */
    private static final Set<String> ONLY_FOUND = Set.of("LastListing.LINE");

    private static final Set<String> METHODS_WITH_EXPRESSION =
            Set.of("matches", "replaceAll", "replaceFirst", "split", "splitWithDelimiters");

    private static final Pattern LITERAL_IN_CALL =
            Pattern.compile(
                    "\\.(?:matches|replaceAll|replaceFirst|split|splitWithDelimiters)\\(\\s*"
                            + "\"((?:[^\"\\\\]|\\\\.)+)\"");

    private static final Path SOURCES = Path.of("src/main/java");

    private static final JavaClasses PARLEY =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("dev.parley");

    static Stream<Expression> expressions() {
        return Stream.of(
                        inStaticFields(),
                        ofTaskFilters(),
                        inAnnotations().map(Expression::of),
                        literals().values().stream().flatMap(List::stream).map(Expression::of))
                .flatMap(expressions -> expressions);
    }

    @ParameterizedTest
    @MethodSource("expressions")
    void readsTwiceAsMuchForTextOfTwiceTheLength(Expression used) {
        Pattern expression = used.pattern();
        for (String before : List.of("", "a", "-----A", "\"", "1. ")) {
            for (String again : pieces(expression)) {
                for (String end : List.of("", "\u0000", " \u2028!")) {
                    if (!ONLY_FOUND.contains(used.name())) {
                        growsLinearly(expression, before, again, end, Matcher::matches);
                    }
                    if (!ONLY_MATCHED.contains(used.name())) {
                        growsLinearly(
                                expression, before, again, end, RegularExpressionsTest::findAll);
                    }
                }
            }
        }
    }

    @Test
    void findsExpressionsOfEachKind() {
        assertThat(expressions().map(Expression::pattern).map(Pattern::pattern))
                .contains("[A-Za-z0-9._-]{1,64}", "[a-z0-9][a-z0-9._-]*", "[0-9]{1,15}")
                .hasSizeGreaterThan(40);
    }

    @Test
    void patternsAreStaticOrTestedByName() {
        List<String> unknown =
                patternFields()
                        .filter(field -> !field.getModifiers().contains(JavaModifier.STATIC))
                        .map(field -> field.getOwner().getName())
                        .filter(owner -> !KEEPS_IN_INSTANCE.containsKey(owner))
                        .toList();

        assertThat(unknown).as("make the pattern a static field, so that it is tested").isEmpty();
    }

    @Test
    void patternsAreCompiledForStaticFieldsOnly() {
        List<String> others =
                accesses()
                        .filter(call ->
                                call.getTargetOwner().isEquivalentTo(Pattern.class)
                                        && Set.of("compile", "matches").contains(call.getName()))
                        .filter(call ->
                                !(call.getOrigin() instanceof JavaStaticInitializer)
                                        && COMPILERS.stream()
                                                .noneMatch(
                                                        call.getOrigin().getFullName()::startsWith))
                        .map(JavaAccess::getDescription)
                        .toList();

        assertThat(others).as("make the pattern a static field, so that it is tested").isEmpty();
    }

    /** {@code text.matches(expression)} would be tested by nobody; only a literal is found. */
    @Test
    void stringMethodsTakeExpressionsAsLiterals() {
        Map<String, Long> calls =
                accesses()
                        .filter(call ->
                                call.getTargetOwner().isEquivalentTo(String.class)
                                        && METHODS_WITH_EXPRESSION.contains(call.getName()))
                        .collect(
                                Collectors.groupingBy(
                                        RegularExpressionsTest::sourceFile,
                                        TreeMap::new,
                                        Collectors.counting()));
        Map<String, Long> literals =
                literals().entrySet().stream()
                        .collect(
                                Collectors.toMap(
                                        Map.Entry::getKey,
                                        file -> (long) file.getValue().size(),
                                        Long::sum,
                                        TreeMap::new));

        assertThat(calls).as("calls with a regular expression, by file").isEqualTo(literals);
    }

    @Test
    void seesExpressionThatReadsTooMuch() {
        Pattern quadratic = Pattern.compile("\\s*,\\s*");

        assertThat(excess(quadratic, "a", " ", "b", RegularExpressionsTest::findAll)).isPositive();
    }

    private static Stream<Expression> inStaticFields() {
        return patternFields()
                .filter(field -> field.getModifiers().contains(JavaModifier.STATIC))
                .map(field ->
                        new Expression(
                                field.getOwner().getSimpleName() + "." + field.getName(),
                                value(field.reflect(), null)));
    }

    private static Stream<Expression> ofTaskFilters() {
        try {
            Class<?> filters = Class.forName("dev.parley.agent.offline.TaskFilter");
            Field pattern = filters.getDeclaredField("pattern");
            return Stream.of(filters.getEnumConstants())
                    .map(filter -> new Expression("TaskFilter." + filter, value(pattern, filter)));
        } catch (ReflectiveOperationException failure) {
            throw new LinkageError("TaskFilter has no pattern", failure);
        }
    }

    private static Pattern value(Field field, @Nullable Object owner) {
        try {
            field.setAccessible(true);
            return (Pattern) field.get(owner);
        } catch (IllegalAccessException failure) {
            throw new AssertionError(failure);
        }
    }

    private static Stream<JavaField> patternFields() {
        return PARLEY.stream()
                .flatMap(type -> type.getFields().stream())
                .filter(field -> field.getRawType().isEquivalentTo(Pattern.class));
    }

    private static Stream<String> inAnnotations() {
        Stream<JavaAnnotation<?>> onTypes =
                PARLEY.stream().flatMap(type -> type.getAnnotations().stream());
        Stream<JavaAnnotation<?>> onMembers =
                PARLEY.stream()
                        .flatMap(type -> type.getMembers().stream())
                        .flatMap((JavaMember member) -> member.getAnnotations().stream());
        Stream<JavaAnnotation<?>> onParameters =
                PARLEY.stream()
                        .flatMap(type -> type.getCodeUnits().stream())
                        .flatMap(method -> method.getParameters().stream())
                        .flatMap(parameter -> parameter.getAnnotations().stream());
        return Stream.of(onTypes, onMembers, onParameters)
                .flatMap(annotations -> annotations)
                .filter(annotation ->
                        annotation
                                .getRawType()
                                .isEquivalentTo(jakarta.validation.constraints.Pattern.class))
                .map(annotation -> (String) annotation.get("regexp").orElseThrow());
    }

    private static Stream<JavaAccess<?>> accesses() {
        return PARLEY.stream().flatMap((JavaClass type) -> type.getMethodCallsFromSelf().stream());
    }

    private static String sourceFile(JavaAccess<?> call) {
        return call.getOriginOwner().getPackageName().replace('.', '/')
                + "/"
                + call.getSourceCodeLocation().getSourceFileName();
    }

    /** The literals that are passed as regular expressions, by source file. */
    private static Map<String, List<String>> literals() {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files
                    .filter(file -> file.toString().endsWith(".java"))
                    .collect(
                            Collectors.toMap(
                                    file -> SOURCES.relativize(file).toString(),
                                    RegularExpressionsTest::literalsIn))
                    .entrySet()
                    .stream()
                    .filter(file -> !file.getValue().isEmpty())
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static List<String> literalsIn(Path file) {
        try {
            return LITERAL_IN_CALL
                    .matcher(Files.readString(file))
                    .results()
                    .map(call -> call.group(1).translateEscapes())
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** What the text repeats: the expression's own words, and characters that often repeat. */
    private static Set<String> pieces(Pattern expression) {
        Stream<String> words =
                Pattern.compile("[A-Za-z][a-z-]+")
                        .matcher(expression.pattern())
                        .results()
                        .map(word -> word.group())
                        .flatMap(word -> Stream.of(word, word + " ", "," + word));
        Stream<String> characters =
                "a A1-_.,;:!?/\"'(@\n\t\u00a0\u0301\u2028".chars().mapToObj(Character::toString);
        return Stream.of(words, characters, Stream.of("a ", ", ", "1. a \u2014 "))
                .flatMap(pieces -> pieces)
                .collect(Collectors.toSet());
    }

    private static void growsLinearly(
            Pattern expression, String before, String again, String end, Consumer<Matcher> use) {
        assertThat(excess(expression, before, again, end, use))
                .as(
                        "%s reads too often in %s, %s again and again, %s",
                        expression, before, again, end)
                .isZero();
    }

    /**
     * The length at which the expression reads more than two and a half times as often as for half
     * of the text; 0 if there is none. The search stops there, however much the rest would take.
     */
    private static int excess(
            Pattern expression, String before, String again, String end, Consumer<Matcher> use) {
        long reads = Long.MAX_VALUE / 8;
        for (int length = SHORTEST; length <= LONGEST; length *= 2) {
            CountedText text =
                    new CountedText(
                            before + again.repeat(length / again.length()) + end,
                            2 * reads + reads / 2 + FIXED_READS);
            try {
                use.accept(expression.matcher(text));
            } catch (CountedText.TooManyReads excess) {
                return length;
            }
            reads = text.reads();
        }
        return 0;
    }

    private static void findAll(Matcher matcher) {
        while (matcher.find()) {
            // Goes on to the next match
        }
    }

    /** A regular expression, named by its field or, without a field, by its text. */
    record Expression(String name, Pattern pattern) {

        static Expression of(String literal) {
            return new Expression(literal, Pattern.compile(literal));
        }
    }
}
