package dev.parley.turn.engine;

import java.util.Optional;

/** The reply of a worker, of which the supervisor reads the start only if it is long. */
final class WorkerReply {

    private final int maxLength;
    private final StringBuilder text = new StringBuilder();
    private int length;

    WorkerReply(int maxLength) {
        this.maxLength = maxLength;
    }

    /**
     * @param piece contains no half of a surrogate pair
     */
    void append(String piece) {
        if (text.length() == length) {
            text.append(piece, 0, end(piece));
        }
        length += piece.length();
    }

    private int end(String piece) {
        int end = Math.min(piece.length(), maxLength - text.length());
        boolean isInsidePair =
                end > 0 && end < piece.length() && Character.isHighSurrogate(piece.charAt(end - 1));
        return isInsidePair ? end - 1 : end;
    }

    String text() {
        return text.toString();
    }

    /** Says that the reply is cut; empty if it is not. */
    Optional<String> note() {
        return text.length() == length
                ? Optional.empty()
                : Optional.of(
                        "The reply is cut: the first %d of %d characters."
                                .formatted(text.length(), length));
    }
}
