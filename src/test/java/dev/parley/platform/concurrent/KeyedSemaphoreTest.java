package dev.parley.platform.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.Wait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The permits of one key hold no other key up. */
@Timeout(60)
class KeyedSemaphoreTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private final KeyedSemaphore<String> semaphore = new KeyedSemaphore<>(1);

    @Test
    void servesCallersOfOneKeyInOrderOfArrival() throws InterruptedException {
        List<Integer> order = new CopyOnWriteArrayList<>();
        List<Thread> callers = new ArrayList<>();
        assertThat(semaphore.tryAcquire("a", LONG)).isTrue();
        for (int i = 0; i < 5; i++) {
            int number = i;
            callers.add(
                    waiting(() -> {
                        assertThat(semaphore.tryAcquire("a", LONG)).isTrue();
                        order.add(number);
                        semaphore.release("a");
                    }));
        }

        assertThat(semaphore.tryAcquire("b", Duration.ZERO)).as("another key").isTrue();
        assertThat(order).isEmpty();
        semaphore.release("a");
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(order).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void callerWhoHasGivenUpTakesNoPermit() {
        assertThat(semaphore.tryAcquire("a", Duration.ZERO)).isTrue();
        assertThat(semaphore.tryAcquire("a", Duration.ofMillis(1))).isFalse();

        semaphore.release("a");

        assertThat(semaphore.tryAcquire("a", Duration.ZERO)).isTrue();
    }

    /** A thread that has begun, and waits; or has ended, where it should have waited. */
    private static Thread waiting(Runnable work) {
        Thread thread = Thread.ofVirtual().start(work);
        Wait.until(() -> thread.getState() == Thread.State.TIMED_WAITING || !thread.isAlive());
        return thread;
    }
}
