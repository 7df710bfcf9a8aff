package dev.parley.account.token;

import dev.parley.account.AccountConfig;
import io.quarkus.oidc.IdTokenCredential;
import io.quarkus.oidc.OidcTenantConfig;
import io.quarkus.oidc.runtime.OidcTenantConfig.ApplicationType;
import io.quarkus.security.identity.SecurityIdentity;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;

/**
 * Parley as a client of the external issuer: people sign in there with their browser, by the
 * authorization code flow (OpenID Connect Core 1.0, section 3.1) with PKCE (RFC 7636), state and
 * nonce. All three are kept in an encrypted cookie until the browser comes back, to any replica.
 */
@Singleton
public class BrowserSignIn {

    /** The path where the flow begins, and to which the issuer sends the browser back. */
    public static final String PATH = "/console/session/oidc";

    private static final String CLIENT = "console";

    /** The cookie of a sign-in that has begun. */
    public static final String STATE_COOKIE = "q_auth_" + CLIENT;

    private final SigningKeys keys;
    private final AccountConfig.Oidc config;
    private volatile @Nullable OidcTenantConfig client;

    BrowserSignIn(SigningKeys keys, AccountConfig config) {
        this.keys = keys;
        this.config = config.oidc();
    }

    /** Whether people can sign in at an issuer. */
    public boolean isConfigured() {
        return config.issuer().isPresent() && config.clientId().isPresent();
    }

    /**
     * Requires that the issuer has confirmed the identity in this sign-in, by a token for this
     * client.
     *
     * @throws IllegalStateException if it is the identity of any other token
     */
    public void requireConfirmed(SecurityIdentity identity) {
        boolean isConfirmed =
                identity.getPrincipal() instanceof JsonWebToken token
                        && config.issuer().equals(Optional.ofNullable(token.getIssuer()))
                        && identity.getCredential(IdTokenCredential.class) != null;
        if (!isConfirmed) {
            throw new IllegalStateException("The issuer has not confirmed the sign-in");
        }
    }

    boolean isFor(RoutingContext request) {
        return isConfigured() && request.normalizedPath().equals(PATH);
    }

    /**
     * Created at the first use, because only a process that serves requests loads the key at
     * startup.
     */
    OidcTenantConfig client() {
        OidcTenantConfig created = client;
        if (created == null) {
            created = create(config.issuer().orElseThrow(), config.clientId().orElseThrow());
            client = created;
        }
        return created;
    }

    private OidcTenantConfig create(String issuer, String clientId) {
        var builder =
                OidcTenantConfig.builder()
                        .tenantId(CLIENT)
                        .applicationType(ApplicationType.WEB_APP)
                        .authServerUrl(issuer)
                        .clientId(clientId)
                        .token()
                        .issuer(issuer)
                        .end()
                        .authentication()
                        .redirectPath(config.redirectUri().orElse(PATH))
                        .removeRedirectParameters(false)
                        // One cookie, however often somebody begins
                        .allowMultipleCodeFlows(false)
                        .scopes("profile")
                        .pkceRequired()
                        .nonceRequired()
                        .stateSecret(keys.derivedSecret("state of a sign-in"))
                        .end();
        // Nothing of the issuer's is kept: the session is one of Parley's own tokens
        builder.tokenStateManager().encryptionRequired(false).end();
        Optional<String> secret = config.clientSecret();
        return secret.isPresent() ? builder.credentials(secret.get()).build() : builder.build();
    }
}
