package dev.parley.userdata;

import dev.parley.platform.identity.UserId;

/** Whatever is being done for a user while they are to be erased. Beans of this type are asked. */
public interface UserActivity {

    /**
     * Stops it, and waits a while for it to end. What does not end finds nothing to write to
     * afterwards.
     */
    void stop(UserId user);
}
