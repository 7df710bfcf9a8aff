package dev.parley.identity;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.SecurityIdentity;

/**
 * Asks again about somebody who came in a while ago and stayed: a socket outlives the request that
 * opened it, but must not outlive the account, nor a change of its password.
 */
public interface StillWelcome {

    /**
     * @throws AuthenticationFailedException where the account has gone, or its password has changed
     */
    void require(SecurityIdentity admitted);
}
