package dev.parley.turn.memory;

import dev.parley.conversation.History;
import dev.parley.turn.TooManyTurns;
import dev.parley.turn.TurnConfig;
import dev.parley.turn.TurnId;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Counts the bytes of the heap that the turns in flight take, and refuses turns before the heap is
 * full (G9). A turn takes a fixed share, and what its agent holds: the history, the results of
 * tools, the reply.
 *
 * <p>How long a history is, is known only when it is read. So a transaction that reads histories
 * asks for {@link #remainingHistories()} first and counts each history once it is read.
 */
@Singleton
public class TurnMemory {

    /**
     * Bytes of a turn without its texts: two connections, two threads, buffers. 52 KB were measured
     * (docs/performance.md).
     */
    public static final long FIXED_SHARE = 64 * 1024;

    /** A character takes two bytes where a text is not in Latin-1. */
    private static final int MAX_BYTES_PER_CHARACTER = 2;

    private final long limit;
    private final long maxHistory;
    private final AtomicLong used = new AtomicLong();
    private final Map<TurnId, Allocation> opening = new ConcurrentHashMap<>();

    TurnMemory(TurnConfig config, MeterRegistry meters) {
        limit = config.memoryLimit();
        maxHistory = MAX_BYTES_PER_CHARACTER * config.historySize().asLongValue();
        if (limit < FIXED_SHARE + maxHistory) {
            throw new IllegalStateException(
                    "parley.turn.max-memory is %d bytes, and one turn may take %d: set it higher, give the process more heap, or lower parley.turn.history-size"
                            .formatted(limit, FIXED_SHARE + maxHistory));
        }
        Gauge.builder("parley.turns.memory", used, AtomicLong::get)
                .description("Bytes of the heap that the turns in flight take")
                .baseUnit(BaseUnits.BYTES)
                .register(meters);
        Gauge.builder("parley.turns.memory.max", () -> limit)
                .description("Bytes of the heap that the turns in flight may take")
                .baseUnit(BaseUnits.BYTES)
                .register(meters);
    }

    /** Bytes that the turns in flight may take. */
    public long limit() {
        return limit;
    }

    /** The share of the limit that is taken, from 0; above 1 when replies grew beyond the limit. */
    public double utilization() {
        return (double) used.get() / limit;
    }

    /** How many histories of the greatest length may still be read. */
    public int remainingHistories() {
        return Math.clamp((limit - used.get()) / maxHistory, 0, Integer.MAX_VALUE);
    }

    /**
     * Counts the fixed share of one more turn.
     *
     * @throws TooManyTurns if a turn of the greatest length does not fit
     */
    public Allocation allocate() {
        takeFixedShare();
        return new Allocation(null);
    }

    private void takeFixedShare() {
        if (used.addAndGet(FIXED_SHARE) > limit - maxHistory) {
            used.addAndGet(-FIXED_SHARE);
            throw exhausted();
        }
    }

    /**
     * The same for a turn that is to be opened, whose history {@link #countHistory} counts.
     *
     * @throws TooManyTurns if a turn of the greatest length does not fit
     */
    public Allocation allocate(TurnId turn) {
        takeFixedShare();
        Allocation allocation = new Allocation(turn);
        opening.put(turn, allocation);
        return allocation;
    }

    /** Counts the history of a turn that is being opened. */
    public void countHistory(TurnId turn, History history) {
        Allocation allocation = opening.get(turn);
        if (allocation != null) {
            allocation.holdHistory(history);
        }
    }

    /** The refusal of a turn that does not fit. */
    public TooManyTurns exhausted() {
        return TooManyTurns.ofMemory(limit);
    }

    /** Bytes of a text on the heap, without the object's head. */
    static long bytesOf(String text) {
        boolean isLatin1 = StandardCharsets.ISO_8859_1.newEncoder().canEncode(text);
        return (long) text.length() * (isLatin1 ? 1 : MAX_BYTES_PER_CHARACTER);
    }

    /** What one turn takes. */
    public final class Allocation {

        private final @Nullable TurnId turn;
        private long texts;
        private boolean freed;

        private Allocation(@Nullable TurnId turn) {
            this.turn = turn;
        }

        /** The turn begins with this history, and holds nothing else. */
        public void holdHistory(History history) {
            hold(
                    history.messages().stream()
                                    .mapToLong(message -> bytesOf(message.content()))
                                    .sum()
                            + history.summary().map(TurnMemory::bytesOf).orElse(0L));
        }

        /** The turn holds a further text until it ends. */
        public synchronized void add(String text) {
            hold(texts + bytesOf(text));
        }

        /** The turn holds a further text of at most this many characters until it ends. */
        public synchronized void add(int characters) {
            hold(texts + (long) characters * MAX_BYTES_PER_CHARACTER);
        }

        private synchronized void hold(long bytes) {
            if (!freed) {
                used.addAndGet(bytes - texts);
                texts = bytes;
            }
        }

        /** The turn has ended. An agent that ends later than its turn adds nothing. */
        public synchronized void free() {
            if (!freed) {
                hold(0);
                freed = true;
                used.addAndGet(-FIXED_SHARE);
                if (turn != null) {
                    opening.remove(turn);
                }
            }
        }
    }
}
