package dev.parley.conversation;

/** The title of a conversation until the user changes the title. */
final class Title {

    static final String DEFAULT = "Conversation";

    /** Characters (code points) of a title made from a message. */
    private static final int MAX_LENGTH = 60;

    private static final String ELLIPSIS = "…";

    private Title() {}

    /**
     * The beginning of the message on one line, cut between words; {@link #DEFAULT} if the message
     * has no word.
     */
    static String from(String message) {
        String line = message.strip().replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
        if (line.codePoints().noneMatch(Character::isLetterOrDigit)) {
            return DEFAULT;
        }
        if (line.codePointCount(0, line.length()) <= MAX_LENGTH) {
            return line;
        }
        String start = line.substring(0, line.offsetByCodePoints(0, MAX_LENGTH - 1));
        int lastSpace = start.lastIndexOf(' ');
        boolean wordEndsLate = lastSpace > start.length() / 2;
        return (wordEndsLate ? start.substring(0, lastSpace) : start).stripTrailing() + ELLIPSIS;
    }
}
