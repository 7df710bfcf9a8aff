package dev.parley.agent.approval;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A condition on the arguments of a tool call: comparisons joined by {@code and} and {@code or},
 * where {@code and} binds stronger.
 *
 * @param anyOf the condition holds if all comparisons of one of these lists hold
 */
record ArgumentCondition(List<List<ArgumentComparison>> anyOf) {

    /** A quoted text, a comparison sign or a word. Each character is read once: no backtracking. */
    private static final Pattern TOKEN =
            Pattern.compile("\\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([<>!=]++)|([^\\s\"'<>!=]++))");

    // Not a word, since a word contains no space
    private static final Token END = new Token("the end", false);

    boolean holds(JsonNode arguments) {
        return anyOf.stream()
                .anyMatch(all -> all.stream().allMatch(comparison -> comparison.holds(arguments)));
    }

    List<String> mistakes(JsonNode schema) {
        return anyOf.stream()
                .flatMap(List::stream)
                .map(comparison -> comparison.mistake(schema))
                .filter(mistake -> !mistake.isEmpty())
                .toList();
    }

    /**
     * @throws IllegalArgumentException with a sentence that says what to write
     */
    static ArgumentCondition parse(String text) {
        return new Parser(tokens(text.strip())).condition();
    }

    private static List<Token> tokens(String text) {
        List<Token> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(text);
        int end = 0;
        while (end < text.length()) {
            matcher.region(end, text.length());
            if (!matcher.lookingAt()) {
                throw new IllegalArgumentException("A quotation mark is not closed.");
            }
            @Nullable String quoted =
                    matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
            tokens.add(
                    quoted != null
                            ? new Token(quoted, true)
                            : new Token(matcher.group().strip(), false));
            end = matcher.end();
        }
        return tokens;
    }

    private record Token(String text, boolean quoted) {

        boolean is(String word) {
            return !quoted && text.equalsIgnoreCase(word);
        }

        boolean isWord() {
            return !quoted && !equals(END) && !text.isEmpty() && "<>!=".indexOf(text.charAt(0)) < 0;
        }
    }

    private static final class Parser {

        private final List<Token> tokens;
        private int next;

        Parser(List<Token> tokens) {
            this.tokens = tokens;
        }

        ArgumentCondition condition() {
            List<List<ArgumentComparison>> anyOf = new ArrayList<>();
            do {
                List<ArgumentComparison> allOf = new ArrayList<>();
                do {
                    allOf.add(comparison());
                } while (accept("and"));
                anyOf.add(List.copyOf(allOf));
            } while (accept("or"));
            if (!peek().equals(END)) {
                throw expected("and or or; a text of several words needs quotation marks");
            }
            return new ArgumentCondition(List.copyOf(anyOf));
        }

        private ArgumentComparison comparison() {
            Token path = peek();
            if (!path.isWord() || path.is("and") || path.is("or")) {
                throw expected("the name of an argument");
            }
            next++;
            if (accept("is")) {
                if (accept("present")) {
                    return new ArgumentComparison.Present(path.text());
                }
                if (accept("missing")) {
                    return new ArgumentComparison.Missing(path.text());
                }
                throw expected("present or missing after is");
            }
            Operator operator =
                    Operator.of(peek().quoted() ? "" : peek().text())
                            .orElseThrow(() ->
                                    expected(
                                            "=, !=, <, <=, >, >=, contains, is present or is"
                                                    + " missing"));
            next++;
            Token value = peek();
            if (!value.quoted() && !value.isWord()) {
                throw expected("a value");
            }
            next++;
            return ArgumentComparison.of(path.text(), operator, value.text());
        }

        private boolean accept(String word) {
            boolean accepted = peek().is(word);
            next += accepted ? 1 : 0;
            return accepted;
        }

        private Token peek() {
            return next < tokens.size() ? tokens.get(next) : END;
        }

        private IllegalArgumentException expected(String what) {
            Token token = peek();
            return new IllegalArgumentException(
                    "Expected %s, found %s."
                            .formatted(
                                    what,
                                    token.equals(END) ? END.text() : "\"" + token.text() + "\""));
        }
    }
}
