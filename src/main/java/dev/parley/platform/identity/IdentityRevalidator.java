package dev.parley.platform.identity;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.SecurityIdentity;

/**
 * Asks again about somebody who came in a while ago and stayed: a socket outlives the request that
 * opened it, but must not outlive the account, nor a change of its password.
 */
public interface IdentityRevalidator {

    /**
     * @throws AuthenticationFailedException where the account has gone, or its password has changed
     */
    void requireValid(SecurityIdentity admitted);
}
