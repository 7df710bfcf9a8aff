package dev.parley.turn.stream;

import org.jspecify.annotations.Nullable;

/**
 * The events of a turn in the form in which they are stored.
 *
 * @param text all deltas of the reply, appended
 * @param eventOffsets the encoded offsets and tool events, as JSON; null if they were lost
 */
public record Transcript(String text, @Nullable String eventOffsets) {

    public static final Transcript LOST = new Transcript("", null);
}
