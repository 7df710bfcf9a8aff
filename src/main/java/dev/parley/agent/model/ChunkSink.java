package dev.parley.agent.model;

import java.time.Duration;

/** Takes the chunks of one answer in order. It may hold some text back for a short while. */
interface ChunkSink {

    /** Longer than any wait, so that a reader who waits for it waits for the next chunk. */
    Duration NOTHING_HELD_BACK = Duration.ofDays(1);

    void accept(ChatChunk chunk);

    /** The time after which {@link #flush} is due; zero or less if it is due now. */
    default Duration flushAfter() {
        return NOTHING_HELD_BACK;
    }

    /** Passes on what was held back. */
    default void flush() {}
}
