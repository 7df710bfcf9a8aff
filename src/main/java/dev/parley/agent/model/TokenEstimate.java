package dev.parley.agent.model;

/**
 * Estimates how many tokens a text is, for any model and without its tokenizer: a to z, A to Z or a
 * space counts a third of a token; any other ASCII character, and a character of two bytes in
 * UTF-8, one; a character of three bytes (such as Chinese, Japanese and Korean) one and a half; a
 * character of four bytes (such as emoji) three.
 *
 * <p>The error was measured with the vocabularies cl100k and o200k of OpenAI, and Tekken and the
 * first one of Mistral. The estimate is 1.3 to 2.2 times the tokens for prose in English and
 * German, program text and JSON; 1.1 to 3.4 times for Russian, Chinese, Japanese, Korean, Hindi and
 * Thai; 0.9 to 2.9 times for Greek, Arabic and Hebrew. It is too low for random characters and
 * base64 (0.6), for identifiers and emoji (0.8), and for scripts that a vocabulary hardly has
 * (0.5).
 *
 * <p>It is never below a third of the tokens: these tokenizers make at most one token of each byte
 * ({@code docs/decisions/0050-context-in-tokens.md}).
 */
final class TokenEstimate {

    /**
     * What a chat template puts around a message. OpenAI's puts four tokens around a message, those
     * of Llama and Qwen five.
     */
    static final int PER_MESSAGE = 8;

    /** What a chat template says about tools beside their definitions: about 100 for Qwen. */
    static final int TOOLS = 200;

    private static final int SIXTHS = 6;

    private TokenEstimate() {}

    /** The tokens of the text, rounded up. */
    static long of(String text) {
        long sixths = 0;
        for (int index = 0; index < text.length(); ) {
            int character = text.codePointAt(index);
            sixths += sixthsOf(character);
            index += Character.charCount(character);
        }
        return (sixths + SIXTHS - 1) / SIXTHS;
    }

    /** The longest start of the text that is at most this many tokens, and ends in no half pair. */
    static String start(String text, long tokens) {
        long sixths = 0;
        for (int index = 0; index < text.length(); ) {
            int character = text.codePointAt(index);
            sixths += sixthsOf(character);
            if (sixths > tokens * SIXTHS) {
                return text.substring(0, index);
            }
            index += Character.charCount(character);
        }
        return text;
    }

    private static int sixthsOf(int character) {
        if (character < 0x80) {
            return character == ' ' || isLetter(character) ? 2 : SIXTHS;
        }
        if (character < 0x800) {
            return SIXTHS;
        }
        return Character.isBmpCodePoint(character) ? 9 : 18;
    }

    private static boolean isLetter(int character) {
        return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
    }
}
