package dev.parley.operations.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.Wait;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A thread with a queue: each task of the load waits for a permit. */
class ProgressTest {

    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration LONG = Duration.ofMinutes(1);

    private final ThreadPoolExecutor part =
            new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
    private final Semaphore permits = new Semaphore(0);
    private final Progress progress = new Progress(part, part.getQueue()::size);

    @AfterEach
    void stop() {
        part.shutdownNow();
    }

    @Test
    void idlePartIsLive() {
        assertThat(progress.within(LONG).join()).isTrue();
        assertThat(progress.within(LONG).join()).isTrue();
    }

    @Test
    void frozenPartIsNotLiveAtAnyLook() {
        load(3);

        for (int look = 0; look < 4; look++) {
            assertThat(progress.within(SHORT).join()).isFalse();
        }
        // One signal, and no more for each look
        assertThat(part.getQueue()).hasSize(3);
    }

    @Test
    void partThatHasRunTheSignalOfEarlierLookIsLive() {
        load(1);
        assertThat(progress.within(SHORT).join()).isFalse();
        permits.release();
        Wait.until(() -> part.getCompletedTaskCount() == 2);
        load(1);

        assertThat(progress.within(SHORT).join()).isTrue();
        assertThat(progress.within(SHORT).join()).isFalse();
    }

    @Test
    void partWhoseQueueBecomesShorterIsLive() {
        load(10);

        CompletableFuture<Boolean> look = progress.within(LONG);
        permits.release();

        assertThat(look.join()).isTrue();
        assertThat(part.getCompletedTaskCount()).isEqualTo(1);
    }

    private void load(int tasks) {
        for (int i = 0; i < tasks; i++) {
            part.execute(permits::acquireUninterruptibly);
        }
        // The first task has left the queue
        Wait.until(permits::hasQueuedThreads);
    }
}
