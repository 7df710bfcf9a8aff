package dev.parley.userdata;

import dev.parley.platform.database.Bulkhead;
import dev.parley.platform.database.CapacityExceeded;
import dev.parley.platform.database.sql.SqlErrors;
import dev.parley.platform.identity.UserId;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.arc.All;
import io.quarkus.logging.Log;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Duration;
import java.util.List;

/**
 * Erases a user: stops the user's activities, then deletes every row of the user in one
 * transaction, or none.
 */
@ApplicationScoped
@Transactional(TxType.NEVER)
public class EraseUser {

    /**
     * Attempts in case of a conflict: something of the user was created during the erasure, or both
     * transactions deadlocked.
     */
    private static final int MAX_ATTEMPTS = 5;

    private static final int MAX_CONCURRENT = 2;

    private static final Duration MAX_WAIT = Duration.ofSeconds(10);

    private final List<UserActivity> activities;
    private final ErasureTransaction transaction;
    private final Timer timer;

    /** Each erasure uses a connection for its whole duration. */
    private final Bulkhead bulkhead =
            new Bulkhead(
                    MAX_CONCURRENT, MAX_WAIT, "Too many users are being erased at the moment.");

    EraseUser(
            @All List<UserActivity> activities,
            ErasureTransaction transaction,
            MeterRegistry meters) {
        this.activities = activities;
        this.transaction = transaction;
        this.timer =
                Timer.builder("parley.erasure")
                        .description("Number of erased users and duration of an erasure")
                        .register(meters);
    }

    /**
     * Erases the user and everything that belongs to the user.
     *
     * @throws UserNotFound if there is no such user
     * @throws RuntimeException if a module refuses the erasure; then nothing is erased
     */
    public void erase(UserId user) {
        Timer.Sample sample = Timer.start();
        transaction.requireErasable(user);
        activities.forEach(activity -> activity.stop(user));
        long rows = bulkhead.run(() -> eraseAll(user));
        sample.stop(timer);
        Log.infof("User %s was erased: %d rows", user, rows);
    }

    private long eraseAll(UserId user) {
        for (int attempt = 1; ; attempt++) {
            try {
                return transaction.erase(user);
            } catch (RuntimeException failure) {
                if (!isConflict(failure)) {
                    throw failure;
                }
                if (attempt == MAX_ATTEMPTS) {
                    throw new CapacityExceeded(
                            "The user could not be erased because of concurrent activity of this"
                                    + " user.");
                }
                Log.infof(
                        "Erasing user %s conflicted with a concurrent transaction; trying again",
                        user);
            }
        }
    }

    private static boolean isConflict(RuntimeException failure) {
        return SqlErrors.isDeadlock(failure)
                || SqlErrors.isMissingUser(failure)
                || SqlErrors.isForeignKeyViolation(failure);
    }
}
