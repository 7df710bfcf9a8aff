package dev.parley.erasure;

import dev.parley.platform.identity.UserId;

/** Whatever is being done for a user while they are to be erased. Beans of this type are asked. */
public interface AtWork {

    /**
     * Stops it, and waits a while for it to end. What does not end finds nothing to write to
     * afterwards.
     */
    void stop(UserId user);
}
