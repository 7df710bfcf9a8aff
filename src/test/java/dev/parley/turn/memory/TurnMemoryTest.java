package dev.parley.turn.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.conversation.History;
import dev.parley.conversation.HistoryMessage;
import dev.parley.conversation.MessageRole;
import dev.parley.testing.Settings;
import dev.parley.turn.TooManyTurns;
import dev.parley.turn.TurnConfig;
import dev.parley.turn.TurnId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What turns take of the heap, counted. */
public class TurnMemoryTest {

    private static final long KIB = 1024;
    private static final long MIB = 1024 * KIB;

    private final TurnMemory memory = of("1M");

    /** A memory with this limit, and histories of 256 KiB. */
    public static TurnMemory of(String limit) {
        return new TurnMemory(
                Settings.of(TurnConfig.class, "parley.turn.max-memory", limit),
                new SimpleMeterRegistry());
    }

    @Test
    void countsWhatTurnHolds() {
        TurnMemory.Allocation turn = memory.allocate();
        turn.holdHistory(history(100 * KIB));
        turn.add("a".repeat(10));
        turn.add(1_000);

        assertThat(memory.utilization() * MIB).isEqualTo((64 + 100) * KIB + 10 + 2 * 1_000);
    }

    @ParameterizedTest
    @CsvSource({"grün, 4", "зелёный, 14", "🚀, 4", "'', 0"})
    void countsBytesOfTextAsJvmStoresIt(String text, long bytes) {
        assertThat(TurnMemory.bytesOf(text)).isEqualTo(bytes);
    }

    /** The limit leaves what a history of the greatest length takes, 256 KiB of two bytes each. */
    @Test
    void refusesTurnUnlessLongestHistoryFits() {
        memory.allocate().holdHistory(history(400 * KIB));

        assertThatThrownBy(memory::allocate)
                .isInstanceOf(TooManyTurns.class)
                .hasMessageContaining("1 MiB");
        assertThatThrownBy(() -> memory.allocate(TurnId.next())).isInstanceOf(TooManyTurns.class);
        assertThat(memory.utilization() * MIB).isEqualTo((64 + 400) * KIB);
    }

    @Test
    void hasRoomForAsManyHistoriesAsFit() {
        assertThat(memory.remainingHistories()).isEqualTo(2);

        TurnMemory.Allocation turn = memory.allocate();
        assertThat(memory.remainingHistories()).isEqualTo(1);

        turn.add(Math.toIntExact(MIB));
        assertThat(memory.remainingHistories()).isZero();
        assertThat(memory.utilization()).isGreaterThan(2);
    }

    @Test
    void countsHistoryOfTurnThatIsBeingOpened() {
        TurnId id = TurnId.next();
        TurnMemory.Allocation turn = memory.allocate(id);

        memory.countHistory(id, history(KIB));
        memory.countHistory(id, history(2 * KIB));
        memory.countHistory(TurnId.next(), history(KIB));

        assertThat(memory.utilization() * MIB).isEqualTo((64 + 2) * KIB);
        turn.free();
        memory.countHistory(id, history(KIB));
        assertThat(memory.utilization()).isZero();
    }

    @Test
    void freesWhatTurnHeldOnce() {
        TurnMemory.Allocation turn = memory.allocate();
        turn.holdHistory(history(KIB));

        turn.free();
        turn.free();
        turn.add("an agent that ends after its turn");

        assertThat(memory.utilization()).isZero();
    }

    @Test
    void refusesLimitThatNoTurnFits() {
        assertThatThrownBy(() -> of("500K"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("parley.turn.max-memory");
    }

    @Test
    void takesHalfOfHeapUnlessSet() {
        assertThat(Settings.of(TurnConfig.class).memoryLimit())
                .isEqualTo(Runtime.getRuntime().maxMemory() / 2);
    }

    private static History history(long length) {
        return new History(
                List.of(
                        new HistoryMessage(
                                MessageRole.USER, "a".repeat(Math.toIntExact(length / 2))),
                        new HistoryMessage(
                                MessageRole.ASSISTANT, "b".repeat(Math.toIntExact(length / 2)))));
    }
}
