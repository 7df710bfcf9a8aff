package dev.parley.platform.identity;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.SecurityIdentity;
import java.util.Collection;
import java.util.List;

/**
 * Checks an identity again some time after its authentication: a WebSocket outlives the request
 * that opened it, but must not outlive the account, its disabling or a change of its password.
 */
public interface IdentityRevalidator {

    /**
     * @throws AuthenticationFailedException if the account no longer exists, or its password was
     *     changed after the authentication
     */
    void requireValid(SecurityIdentity identity);

    /**
     * The identities that are no longer valid, looked up with one statement. An identity of an
     * external issuer is valid while its account exists and is enabled: its token ends on its own.
     *
     * @param identities 1,000 at most
     */
    List<SecurityIdentity> invalidAmong(Collection<SecurityIdentity> identities);
}
