package dev.parley.agent.model;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Writes what users, tools and other agents say into what a model reads, so that it cannot pose as
 * anything else: as JSON on one line. No text in it begins a line, ends its quotes, closes the tag
 * around it, or has a control token of a chat template such as {@code <|im_start|>}, since {@code
 * <} is written as an escape.
 */
final class QuotedData {

    private QuotedData() {}

    static String of(JsonNode data) {
        String json = data.toString();
        StringBuilder quoted = new StringBuilder(json.length());
        for (int index = 0; index < json.length(); index++) {
            char character = json.charAt(index);
            if (isEscaped(character)) {
                quoted.append("\\u%04x".formatted((int) character));
            } else {
                quoted.append(character);
            }
        }
        return quoted.toString();
    }

    /** JSON itself escapes the control characters of ASCII, but no other end of a line. */
    private static boolean isEscaped(char character) {
        return character == '<'
                || (character >= '\u007f' && character <= '\u009f')
                || character == '\u2028'
                || character == '\u2029';
    }
}
