package dev.parley.agent.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The pace of reading, by a clock that the test moves. */
class ChunkPaceTest {

    private long now = 7;
    private final ChunkPace pace = new ChunkPace(1_000, () -> now);

    @Test
    void secondsWorthOfChunksIsReadAtOnce() {
        assertThat(pace.after(1_000)).isZero();
        assertThat(pace.after(1)).isEqualTo(Duration.ofMillis(1));
    }

    @Test
    void endpointThatKeepsThePaceNeverWaits() {
        for (int chunk = 0; chunk < 10_000; chunk++) {
            now += Duration.ofMillis(1).toNanos();
            assertThat(pace.after(1)).isZero();
        }
    }

    @Test
    void quietTimeSavesNoMoreThanOneSecond() {
        now += Duration.ofHours(1).toNanos();

        assertThat(pace.after(3_000)).isEqualTo(Duration.ofSeconds(2));
    }
}
