package dev.parley.platform.database.groupcommit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Who is at work, on threads that run when the test lets them. */
class BatchWorkerTest {

    private static final Duration NEVER_STUCK = Duration.ofHours(1);
    private static final Duration ALWAYS_STUCK = Duration.ofNanos(-1);

    private final Deque<Runnable> threads = new ArrayDeque<>();
    private final List<List<String>> done = new ArrayList<>();

    @Test
    void worksOnOneTransactionAtOnceWhileOthersGather() {
        BatchWorker<String, String> worker = shard(NEVER_STUCK, 100);

        worker.add(step("a"));
        worker.add(step("b"));
        worker.startAnotherIfStuck();
        assertThat(threads).hasSize(1);
        threads.remove().run();

        assertThat(done).containsExactly(List.of("a", "b"));
    }

    @Test
    void startsAgainForStepThatComesAfterLineWasEmpty() {
        BatchWorker<String, String> worker = shard(NEVER_STUCK, 100);
        worker.add(step("a"));
        threads.remove().run();

        worker.add(step("b"));
        assertThat(threads).hasSize(1);
        threads.remove().run();

        assertThat(done).containsExactly(List.of("a"), List.of("b"));
    }

    @Test
    void letsAnotherGoOnWhereTheOneAtWorkIsStuckButNeverMoreThanThree() {
        BatchWorker<String, String> worker = shard(ALWAYS_STUCK, 100);
        worker.add(step("a"));

        for (int look = 0; look < 10; look++) {
            worker.startAnotherIfStuck();
        }

        assertThat(threads).hasSize(3);
    }

    @Test
    void startsNobodyForStuckTransactionWhileNothingWaits() {
        BatchWorker<String, String> worker = shard(ALWAYS_STUCK, 100);
        BatchItem<String, String> step = step("a");
        worker.add(step);
        worker.remove(step);

        worker.startAnotherIfStuck();

        assertThat(threads).hasSize(1);
    }

    @Test
    void refusesStepBeyondThoseThatMayWaitUntilOneIsTakenOut() {
        BatchWorker<String, String> worker = shard(NEVER_STUCK, 2);
        BatchItem<String, String> first = step("a");
        assertThat(worker.add(first)).isTrue();
        assertThat(worker.add(step("b"))).isTrue();
        assertThat(worker.add(step("c"))).isFalse();

        worker.remove(first);

        assertThat(worker.add(step("d"))).isTrue();
        threads.remove().run();
        assertThat(done).containsExactly(List.of("b", "d"));
    }

    @Test
    void leavesOutStepWhoseTimeIsOver() {
        BatchWorker<String, String> worker = shard(NEVER_STUCK, 100);
        worker.add(
                new BatchItem<>(
                        "test", UUID.randomUUID(), Set.of(), "late", System.nanoTime() - 1));
        worker.add(step("b"));

        threads.remove().run();

        assertThat(done).containsExactly(List.of("b"));
    }

    private BatchWorker<String, String> shard(Duration stuckAfter, int maxWaiting) {
        return new BatchWorker<>(
                1,
                new GroupCommitSettings(64, maxWaiting, Duration.ofMinutes(1), stuckAfter, 1),
                steps -> done.add(steps.stream().map(BatchItem::payload).toList()),
                threads::add);
    }

    private static BatchItem<String, String> step(String step) {
        return new BatchItem<>(
                "test",
                UUID.randomUUID(),
                Set.of(),
                step,
                System.nanoTime() + Duration.ofMinutes(1).toNanos());
    }
}
