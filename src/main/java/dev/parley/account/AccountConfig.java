package dev.parley.account;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Optional;

/** Tokens and passwords. */
@ConfigMapping(prefix = "parley.auth")
public interface AccountConfig {

    /** How long a token is valid. */
    @WithDefault("12h")
    Duration tokenLifetime();

    /** The cost of bcrypt: each increment doubles the time of a login. */
    @WithDefault("11")
    @Min(4)
    @Max(16)
    int passwordCost();

    /**
     * A file with an RSA private key of at least 2048 bits in PEM, PKCS #8 (RFC 5958). Without a
     * file, the first replica generates a key and stores the key in the database for all replicas.
     */
    Optional<String> signingKey();

    /**
     * Who may register: {@code open}, {@code closed}, or {@code invited} by an administrator.
     * Closed by default with an external issuer, and open without.
     */
    Optional<RegistrationMode> registration();

    /** An external issuer whose tokens are accepted in addition to Parley's own tokens. */
    Oidc oidc();

    /** Who may register an account. */
    enum RegistrationMode {
        /** Everybody. */
        OPEN,
        /** Nobody; administrators and external issuers make the accounts. */
        CLOSED,
        /** Everybody who has an invitation of an administrator. */
        INVITED
    }

    /** The OpenID Connect issuer. */
    interface Oidc {

        /** The URL of the issuer; Parley finds the keys by OpenID Connect Discovery. */
        Optional<String> issuer();

        /** The audience that the issuer's tokens must have. Required with an issuer. */
        Optional<String> audience();

        /**
         * The client that the issuer knows Parley as. With it, people sign in to the console at the
         * issuer, by the authorization code flow with PKCE (RFC 7636).
         */
        Optional<String> clientId();

        /** The secret of the client; none for a public client. */
        Optional<String> clientSecret();

        /**
         * The address to which the issuer sends the browser back: {@code /console/session/oidc} at
         * the public address of Parley. By default the address of the request, which is right where
         * no proxy changes it.
         */
        Optional<String> redirectUri();
    }
}
