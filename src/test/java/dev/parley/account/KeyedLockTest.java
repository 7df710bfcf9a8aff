package dev.parley.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.parley.testing.Wait;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One key runs one thing at a time, and holds no other key up. */
@Timeout(60)
class KeyedLockTest {

    private final KeyedLock<String> lock = new KeyedLock<>();

    @Test
    void runsWorkOfOneKeyInOrderOfArrival() throws InterruptedException {
        List<Integer> order = new CopyOnWriteArrayList<>();
        CountDownLatch gate = new CountDownLatch(1);
        List<Thread> callers = new ArrayList<>();

        callers.add(waiting(() -> lock.run("a", () -> await(gate))));
        for (int i = 0; i < 5; i++) {
            int number = i;
            callers.add(waiting(() -> lock.run("a", () -> order.add(number))));
        }

        assertThat(lock.run("b", () -> "at once")).isEqualTo("at once");
        assertThat(order).isEmpty();
        gate.countDown();
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(order).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void letsNextWorkRunAfterFailure() throws InterruptedException {
        assertThatIllegalStateException()
                .isThrownBy(() ->
                        lock.run(
                                "a",
                                () -> {
                                    throw new IllegalStateException("broken");
                                }));

        Thread next = Thread.ofVirtual().start(() -> lock.run("a", () -> "runs"));

        next.join();
    }

    /** A thread that has begun, and waits; or has ended, where it should have waited. */
    private static Thread waiting(Runnable work) {
        Thread thread = Thread.ofVirtual().start(work);
        Wait.until(() -> thread.getState() == Thread.State.WAITING || !thread.isAlive());
        return thread;
    }

    private static boolean await(CountDownLatch gate) {
        try {
            gate.await();
            return true;
        } catch (InterruptedException interruption) {
            throw new IllegalStateException(interruption);
        }
    }
}
