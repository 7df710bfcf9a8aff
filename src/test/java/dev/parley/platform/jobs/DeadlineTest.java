package dev.parley.platform.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How long a job goes on. */
class DeadlineTest {

    private static final Duration LONG = Duration.ofHours(1);

    @Test
    void goesOnUntilBatchIsNotFullAndAddsAllUp() {
        Queue<Integer> batches = new ArrayDeque<>(List.of(3, 3, 1, 3));

        assertThat(Deadline.in(LONG).inBatches(3, batches::remove)).isEqualTo(7);
        assertThat(batches).containsExactly(3);
    }

    @Test
    void endsAtBatchThatFindsNothing() {
        Queue<Integer> batches = new ArrayDeque<>(List.of(0, 3));

        assertThat(Deadline.in(LONG).inBatches(3, batches::remove)).isZero();
        assertThat(batches).containsExactly(3);
    }

    @Test
    void beginsNoBatchOnceTimeIsOver() {
        AtomicInteger begun = new AtomicInteger();

        // Ten batches at most, for a deadline that nobody looks at
        int all =
                Deadline.in(Duration.ZERO).inBatches(3, () -> begun.incrementAndGet() < 10 ? 3 : 0);

        assertThat(all).isZero();
        assertThat(begun).hasValue(0);
    }

    @Test
    void hasPassedOnlyWhenItsTimeIsOver() {
        assertThat(Deadline.in(Duration.ZERO).hasPassed()).isTrue();
        assertThat(Deadline.in(LONG).hasPassed()).isFalse();
    }
}
