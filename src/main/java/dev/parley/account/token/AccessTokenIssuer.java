package dev.parley.account.token;

import dev.parley.account.AccountConfig;
import dev.parley.account.AccountService;
import io.smallrye.jwt.build.Jwt;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;

/** Issues Parley's own tokens: JWTs (RFC 7519) signed with RS256. */
@ApplicationScoped
class AccessTokenIssuer {

    /** The {@code iss} claim of Parley's own tokens. */
    static final String ISSUER = "urn:parley";

    /** The claim with the version of the password that the token was issued for. */
    static final String PASSWORD_VERSION = "pwv";

    private final SigningKeys keys;
    private final AccountConfig config;
    private final Clock clock;

    AccessTokenIssuer(SigningKeys keys, AccountConfig config, Clock clock) {
        this.keys = keys;
        this.config = config;
        this.clock = clock;
    }

    AccessToken issue(AccountService.Credentials credentials) {
        Instant now = clock.instant();
        String token =
                Jwt.issuer(ISSUER)
                        .subject(credentials.caller().id().toString())
                        .upn(credentials.caller().username())
                        .audience(ISSUER)
                        .issuedAt(now)
                        .expiresAt(now.plus(config.tokenLifetime()))
                        .claim(PASSWORD_VERSION, credentials.passwordVersion())
                        .sign(keys.privateKey());
        return new AccessToken(token, config.tokenLifetime());
    }
}
