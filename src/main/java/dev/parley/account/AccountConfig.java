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

    /** How long a token lasts. */
    @WithDefault("12h")
    Duration tokenLifetime();

    /** The cost of bcrypt: each step up doubles the time of a login. */
    @WithDefault("11")
    @Min(4)
    @Max(16)
    int passwordCost();

    /**
     * A file with an RSA private key of at least 2048 bits, PEM, PKCS #8 (RFC 5958). Without it the
     * replicas share one key, which the first replica makes and keeps in the database.
     */
    Optional<String> signingKey();

    /** An issuer whose tokens are accepted beside Parley's own. */
    Oidc oidc();

    /** OpenID Connect. */
    interface Oidc {

        /** The issuer's address; its keys are found through OpenID Connect Discovery. */
        Optional<String> issuer();

        /** The audience that its tokens must bear. Required with an issuer. */
        Optional<String> audience();
    }
}
