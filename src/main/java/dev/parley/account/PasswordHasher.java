package dev.parley.account;

import dev.parley.platform.concurrent.KeyedSemaphore;
import dev.parley.platform.identity.RequestOrigin;
import dev.parley.platform.value.StorableText;
import io.quarkus.elytron.security.common.BcryptUtil;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Hashes passwords with bcrypt, which is slow on purpose, on a separate thread pool: on the
 * carriers of the virtual threads, a few logins would delay the turns of all users. The pool uses
 * at most half of the processors and has a bounded queue. The passwords of one client address are
 * hashed one after another, so that a flood from one address delays another address by one hash.
 */
@Singleton
public class PasswordHasher {

    private static final int QUEUE_CAPACITY = 500;
    private static final int HASHES_OF_ADDRESS = 1;
    private static final Duration MAX_WAIT = Duration.ofSeconds(30);

    private final int cost;
    private final String dummyHash;
    private final ThreadPoolExecutor threadPool;
    private final KeyedSemaphore<String> addresses = new KeyedSemaphore<>(HASHES_OF_ADDRESS);

    PasswordHasher(AccountConfig config) {
        cost = config.passwordCost();
        dummyHash = createDummyHash(cost);
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        threadPool =
                new ThreadPoolExecutor(
                        threads,
                        threads,
                        1,
                        TimeUnit.MINUTES,
                        new ArrayBlockingQueue<>(QUEUE_CAPACITY),
                        Thread.ofPlatform().daemon().name("passwords-", 0).factory());
        threadPool.allowCoreThreadTimeOut(true);
    }

    /**
     * @throws TooManyLogins if the queue is full
     */
    String hash(String password) {
        return runQueued(() -> BcryptUtil.bcryptHash(password, cost));
    }

    /**
     * Takes the same time without a hash to compare with, so that the time does not reveal whether
     * a name exists.
     *
     * @throws TooManyLogins if the queue is full
     */
    public boolean matches(String password, @Nullable String hash) {
        boolean matches =
                runQueued(() -> BcryptUtil.matches(password, hash == null ? dummyHash : hash));
        // A lone surrogate would match a question mark
        return matches && hash != null && StorableText.isStorable(password);
    }

    /**
     * A hash of no password, at every cost except 5. Checking a password against this hash takes as
     * long as against a real hash, and creating this hash takes no time.
     */
    static String createDummyHash(int cost) {
        return "$2a$%02d$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW".formatted(cost);
    }

    @PreDestroy
    void stop() {
        threadPool.shutdownNow();
    }

    /**
     * Runs the work on the pool, in the order of arrival, but for one address one after another.
     *
     * @throws TooManyLogins if the queue is full, or earlier work of the address takes too long
     */
    <T> T runQueued(Callable<T> work) {
        if (!RequestOrigin.ADDRESS.isBound()) {
            return runOnPool(work);
        }
        String address = RequestOrigin.ADDRESS.get();
        if (!addresses.tryAcquire(address, MAX_WAIT)) {
            throw new TooManyLogins();
        }
        try {
            return runOnPool(work);
        } finally {
            addresses.release(address);
        }
    }

    private <T> T runOnPool(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        try {
            threadPool.execute(task);
            return task.get();
        } catch (RejectedExecutionException failure) {
            throw new TooManyLogins();
        } catch (ExecutionException failure) {
            throw new IllegalStateException("bcrypt failed", failure.getCause());
        } catch (InterruptedException interruption) {
            task.cancel(false);
            Thread.currentThread().interrupt();
            throw new TooManyLogins();
        }
    }
}
