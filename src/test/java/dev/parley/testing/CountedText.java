package dev.parley.testing;

import java.io.Serial;

/** Text that counts how often its characters are read, which is what a search in it costs. */
public final class CountedText implements CharSequence {

    private final String text;
    private final long most;
    private long reads;

    public CountedText(String text) {
        this(text, Long.MAX_VALUE);
    }

    /**
     * @param most reads after which the next one fails with {@link TooManyReads}
     */
    public CountedText(String text, long most) {
        this.text = text;
        this.most = most;
    }

    public long reads() {
        return reads;
    }

    @Override
    public char charAt(int index) {
        reads++;
        if (reads > most) {
            throw new TooManyReads();
        }
        return text.charAt(index);
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return text.subSequence(start, end);
    }

    @Override
    public String toString() {
        return text;
    }

    /** The search has read more than it may. */
    public static final class TooManyReads extends RuntimeException {

        @Serial private static final long serialVersionUID = 1;
    }
}
