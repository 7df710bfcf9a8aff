package dev.parley.platform.value;

/**
 * Text that PostgreSQL can store: without NUL, and without lone surrogates, which UTF-8 cannot
 * encode.
 */
public final class StorableText {

    private static final char REPLACEMENT = '\uFFFD';

    private StorableText() {}

    public static boolean isStorable(String text) {
        return text.codePoints().allMatch(StorableText::isStorable);
    }

    /** The same text, with a replacement character for each character that cannot be stored. */
    public static String storable(String text) {
        if (isStorable(text)) {
            return text;
        }
        StringBuilder storable = new StringBuilder(text.length());
        text.codePoints().forEach(c -> storable.appendCodePoint(isStorable(c) ? c : REPLACEMENT));
        return storable.toString();
    }

    private static boolean isStorable(int codePoint) {
        boolean loneSurrogate =
                codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
        return codePoint != 0 && !loneSurrogate;
    }
}
