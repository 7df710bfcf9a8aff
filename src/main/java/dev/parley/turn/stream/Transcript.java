package dev.parley.turn.stream;

import org.jspecify.annotations.Nullable;

/**
 * What a turn has told, as the ledger keeps it.
 *
 * @param text all that was said
 * @param eventOffsets how the events were numbered; null where nobody knows any more
 */
public record Transcript(String text, @Nullable String eventOffsets) {

    public static final Transcript LOST = new Transcript("", null);
}
