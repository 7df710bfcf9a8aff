package dev.parley.operations.history;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The ring keeps the newest samples, in the order of their times, in memory that does not grow. */
class SampleRingTest {

    private final SampleRing ring = new SampleRing(3, 2);

    @Test
    void hasNothingBeforeItsFirstSample() {
        assertThat(ring.after(0).times()).isEmpty();
        assertThat(ring.after(0).values(1)).isEmpty();
    }

    @Test
    void replacesTheOldestSampleOnceItIsFull() {
        for (int time = 1; time <= 8; time++) {
            add(time);
        }

        assertThat(ring.after(0).times()).containsExactly(6, 7, 8);
        assertThat(ring.after(0).values(0)).containsExactly(6, 7, 8);
        assertThat(ring.after(0).values(1)).containsExactly(-6, -7, -8);
    }

    @Test
    void returnsOnlySamplesThatAreNewer() {
        for (int time = 1; time <= 4; time++) {
            add(time);
        }

        assertThat(ring.after(1).times()).containsExactly(2, 3, 4);
        assertThat(ring.after(3).times()).containsExactly(4);
        assertThat(ring.after(3).values(1)).containsExactly(-4);
        assertThat(ring.after(4).times()).isEmpty();
    }

    @Test
    void replacesSampleOfTheSameSecond() {
        add(1);
        add(2);
        ring.add(2, new double[] {20, -20});

        assertThat(ring.after(0).times()).containsExactly(1, 2);
        assertThat(ring.after(0).values(0)).containsExactly(1, 20);
    }

    @Test
    void dropsSamplesOfTheFutureOnceTheClockIsSetBack() {
        for (int time = 11; time <= 14; time++) {
            add(time);
        }

        add(13);
        add(14);
        assertThat(ring.after(0).times()).containsExactly(12, 13, 14);

        add(5);
        assertThat(ring.after(0).times()).containsExactly(5);
        assertThat(ring.after(0).values(0)).containsExactly(5);
    }

    private void add(int time) {
        ring.add(time, new double[] {time, -time});
    }
}
