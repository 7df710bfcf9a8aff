package dev.parley.platform.value;

/** Text that a reader can see: at least one character is neither white space nor invisible. */
public final class VisibleText {

    /** Characters that fonts draw as nothing: the Hangul fillers and the blank Braille pattern. */
    private static final String DRAWN_AS_NOTHING = "\u115F\u1160\u2800\u3164\uFFA0";

    private VisibleText() {}

    public static boolean isVisible(String text) {
        return text.codePoints().anyMatch(VisibleText::isVisible);
    }

    private static boolean isVisible(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    // A mark has nothing to stand on
                    Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK ->
                    false;
            default -> DRAWN_AS_NOTHING.indexOf(codePoint) < 0;
        };
    }
}
