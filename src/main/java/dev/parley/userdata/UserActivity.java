package dev.parley.userdata;

import dev.parley.platform.identity.UserId;

/**
 * Work for a user that must stop before the user is erased. {@link EraseUser} calls every bean of
 * this type.
 */
public interface UserActivity {

    /**
     * Stops the work and waits a limited time for its end. Work that does not end finds no rows to
     * write to after the erasure.
     */
    void stop(UserId user);
}
