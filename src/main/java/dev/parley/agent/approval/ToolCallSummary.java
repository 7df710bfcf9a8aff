package dev.parley.agent.approval;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A tool call in one line for people, such as {@code add_task: title "Buy milk", due_on
 * 2026-12-01}.
 *
 * <p>An agent chooses the arguments, so nothing in them can break the line, turn the direction of
 * writing around, look like another argument or push the last arguments out by its length.
 */
public final class ToolCallSummary {

    /** Maximum length of a summary in characters. */
    public static final int MAX_LENGTH = 500;

    private static final int MAX_NAME_LENGTH = 40;
    private static final int MAX_VALUE_LENGTH = 120;

    private static final Pattern PLAIN_WORD = Pattern.compile("[\\p{L}\\p{N}_.:@+-]+");
    private static final char REPLACEMENT = '\uFFFD';

    private ToolCallSummary() {}

    /**
     * @return at most {@link #MAX_LENGTH} characters, without control characters and line ends
     */
    public static String of(String tool, JsonNode arguments) {
        StringBuilder summary = new StringBuilder(cut(harmless(tool), MAX_NAME_LENGTH));
        int left = arguments.size();
        String separator = ": ";
        for (Map.Entry<String, JsonNode> argument : arguments.properties()) {
            String part =
                    separator
                            + cut(harmless(argument.getKey()), MAX_NAME_LENGTH)
                            + " "
                            + value(argument.getValue());
            String rest = ", and %d more".formatted(left);
            if (summary.length() + part.length() + rest.length() > MAX_LENGTH) {
                return summary.append(rest).toString();
            }
            summary.append(part);
            separator = ", ";
            left--;
        }
        return summary.toString();
    }

    private static String value(JsonNode value) {
        if (!value.isTextual()) {
            return cut(harmless(value.toString()), MAX_VALUE_LENGTH);
        }
        String text = cut(harmless(value.textValue()), MAX_VALUE_LENGTH);
        return PLAIN_WORD.matcher(text).matches()
                ? text
                : "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    private static String cut(String text, int max) {
        if (text.length() <= max) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(max - 2)) ? max - 2 : max - 1;
        return text.substring(0, end) + "…";
    }

    private static String harmless(String text) {
        StringBuilder harmless = new StringBuilder(Math.min(text.length(), MAX_LENGTH));
        text.codePoints()
                .limit(MAX_LENGTH)
                .forEach(character -> harmless.appendCodePoint(harmless(character)));
        return harmless.toString();
    }

    private static int harmless(int character) {
        if (Character.isWhitespace(character) || Character.isSpaceChar(character)) {
            return ' ';
        }
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    // Also the marks that turn the direction of writing around
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED ->
                    REPLACEMENT;
            default -> character;
        };
    }
}
