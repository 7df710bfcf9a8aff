package dev.parley.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.platform.identity.RequestOrigin;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Wait;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Passwords take long to hash: one address must not delay the logins of the others. */
@ParleyTest
@Timeout(60)
class PasswordFairnessTest {

    @Inject PasswordHasher passwords;

    @Test
    void addressWaitsForOneHashOfAnother() throws InterruptedException {
        List<String> begun = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch firstMayEnd = new CountDownLatch(1);
        List<Thread> callers = new ArrayList<>();
        callers.add(
                hash(
                        "192.0.2.1",
                        () -> {
                            begun.add("first of the flood");
                            await(firstMayEnd);
                        }));
        Wait.until(() -> begun.size() == 1);
        callers.add(hash("192.0.2.1", () -> begun.add("second of the flood")));
        callers.add(hash("192.0.2.2", () -> begun.add("another")));
        Wait.until(() -> callers.stream().allMatch(PasswordFairnessTest::hasNothingToDo));

        firstMayEnd.countDown();

        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(begun).containsExactly("first of the flood", "another", "second of the flood");
    }

    /** A request that waits for its hash. */
    private Thread hash(String address, Runnable hash) {
        Thread thread =
                Thread.ofVirtual()
                        .start(() ->
                                ScopedValue.where(RequestOrigin.ADDRESS, address)
                                        .run(() ->
                                                passwords.runQueued(() -> {
                                                    hash.run();
                                                    return true;
                                                })));
        Wait.until(() -> hasNothingToDo(thread));
        return thread;
    }

    private static boolean hasNothingToDo(Thread thread) {
        return switch (thread.getState()) {
            case WAITING, TIMED_WAITING, TERMINATED -> true;
            default -> false;
        };
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interruption) {
            throw new IllegalStateException(interruption);
        }
    }
}
