package dev.parley.userdata;

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
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Forgets a user: stops what is being done for them, then removes every row of theirs in one
 * transaction, or none.
 */
@ApplicationScoped
@Transactional(TxType.NEVER)
public class EraseUser {

    /** Somebody began something of the user's in the very moment; the two waited for each other. */
    private static final int TRIES = 5;

    private static final int MAX_CONCURRENT = 2;

    private final List<UserActivity> atWork;
    private final ErasureTransaction erasing;
    private final Timer erased;
    private final Semaphore places = new Semaphore(MAX_CONCURRENT);

    EraseUser(@All List<UserActivity> atWork, ErasureTransaction erasing, MeterRegistry meters) {
        this.atWork = atWork;
        this.erasing = erasing;
        this.erased =
                Timer.builder("parley.erasure")
                        .description("Users who were erased, and how long it took")
                        .register(meters);
    }

    /**
     * @throws UserNotFound where there is none
     * @throws RuntimeException where a module refuses the erasure; nothing is erased then
     */
    public void erase(UserId user) {
        Timer.Sample began = Timer.start();
        erasing.requireErasable(user);
        atWork.forEach(each -> each.stop(user));
        long rows = inPlace(user);
        began.stop(erased);
        Log.infof("User %s was erased: %d rows", user, rows);
    }

    /** Each holds a connection for as long as it takes. */
    private long inPlace(UserId user) {
        if (!places.tryAcquire()) {
            throw new CapacityExceeded("Too many users are being erased just now.");
        }
        try {
            return eraseAll(user);
        } finally {
            places.release();
        }
    }

    private long eraseAll(UserId user) {
        for (int tries = 1; ; tries++) {
            try {
                return erasing.erase(user);
            } catch (RuntimeException failure) {
                if (!metSomebody(failure)) {
                    throw failure;
                }
                if (tries == TRIES) {
                    throw new CapacityExceeded(
                            "Something is being done for this user all the time.");
                }
                Log.infof("Erasing user %s met somebody at work; trying again", user);
            }
        }
    }

    private static boolean metSomebody(RuntimeException failure) {
        return SqlErrors.isDeadlock(failure)
                || SqlErrors.isMissingUser(failure)
                || SqlErrors.isForeignKeyViolation(failure);
    }
}
