package dev.parley.turn;

import org.jspecify.annotations.Nullable;

/**
 * What a turn has told, as the ledger keeps it.
 *
 * @param text all that was said
 * @param trail how the events were numbered; null where nobody knows any more
 */
record Telling(String text, @Nullable String trail) {

    static final Telling LOST = new Telling("", null);
}
