package dev.parley.account;

import io.quarkus.elytron.security.common.BcryptUtil;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Hashes passwords with bcrypt, slowly on purpose, and so on threads of their own: on the virtual
 * threads' carriers a few sign-ins would hold up everybody's turns. Never more than half the
 * processors, and never a long line.
 */
@Singleton
public class PasswordHasher {

    private static final int MAX_LINE_LENGTH = 500;

    private final int cost;
    private final String nobodysHash;
    private final ThreadPoolExecutor hashing;

    PasswordHasher(AccountConfig config) {
        cost = config.passwordCost();
        nobodysHash = hashOfNobody(cost);
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        hashing =
                new ThreadPoolExecutor(
                        threads,
                        threads,
                        1,
                        TimeUnit.MINUTES,
                        new ArrayBlockingQueue<>(MAX_LINE_LENGTH),
                        Thread.ofPlatform().daemon().name("passwords-", 0).factory());
        hashing.allowCoreThreadTimeOut(true);
    }

    /**
     * @throws TooManyLogins where the line is too long
     */
    String hash(String password) {
        return inLine(() -> BcryptUtil.bcryptHash(password, cost));
    }

    /**
     * Takes as long where there is no hash to compare with, so that the time does not tell whether
     * a name is known.
     *
     * @throws TooManyLogins where the line is too long
     */
    public boolean matches(String password, @Nullable String hash) {
        boolean matches =
                inLine(() -> BcryptUtil.matches(password, hash == null ? nobodysHash : hash));
        return matches && hash != null;
    }

    /**
     * Of no password, at any cost but 5: it takes as long to compare with as any other, and no time
     * to make.
     */
    static String hashOfNobody(int cost) {
        return "$2a$%02d$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW".formatted(cost);
    }

    @PreDestroy
    void stop() {
        hashing.shutdownNow();
    }

    /**
     * Does it on one of the threads, behind what came before.
     *
     * @throws TooManyLogins where the line is too long
     */
    <T> T inLine(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        try {
            hashing.execute(task);
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
