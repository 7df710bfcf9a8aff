package dev.parley.agent.model;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The pace at which chunks of one answer are read. An endpoint that sends more than a second's
 * worth ahead of the pace is read later; it then waits for the connection's flow control.
 */
final class ChunkPace {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final long nanosPerChunk;
    private final LongSupplier nanoTime;
    private long paidUntil;

    ChunkPace(int chunksPerSecond, LongSupplier nanoTime) {
        this.nanosPerChunk = SECOND / chunksPerSecond;
        this.nanoTime = nanoTime;
        this.paidUntil = nanoTime.getAsLong() - SECOND;
    }

    /** Counts chunks, and returns how long to wait before the next are read; zero if not at all. */
    Duration after(int chunks) {
        long now = nanoTime.getAsLong();
        paidUntil = Math.max(paidUntil, now - SECOND) + chunks * nanosPerChunk;
        return Duration.ofNanos(Math.max(0, paidUntil - now));
    }
}
