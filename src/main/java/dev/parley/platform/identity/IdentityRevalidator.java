package dev.parley.platform.identity;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.SecurityIdentity;

/**
 * Checks an identity again some time after its authentication: a WebSocket outlives the request
 * that opened it, but must not outlive the account or a change of the account's password.
 */
public interface IdentityRevalidator {

    /**
     * @throws AuthenticationFailedException if the account no longer exists, or its password was
     *     changed after the authentication
     */
    void requireValid(SecurityIdentity identity);
}
