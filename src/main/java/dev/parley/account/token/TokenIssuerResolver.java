package dev.parley.account.token;

import dev.parley.account.AccountConfig;
import io.quarkus.oidc.OidcRequestContext;
import io.quarkus.oidc.OidcTenantConfig;
import io.quarkus.oidc.TenantConfigResolver;
import io.quarkus.runtime.Startup;
import io.quarkus.security.AuthenticationFailedException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the issuer whose keys verify a token: Parley, or the external issuer of the
 * configuration. The choice uses the unverified {@code iss} claim; the signature is verified
 * afterwards. Where people sign in with a browser, it is the client of the external issuer.
 */
@ApplicationScoped
@Startup
class TokenIssuerResolver implements TenantConfigResolver {

    private static final String BEARER = "Bearer ";
    private static final int MAX_TOKEN_LENGTH = 16 * 1024;

    private final SigningKeys keys;
    private final BrowserSignIn browserSignIn;
    private final Optional<OidcTenantConfig> external;
    private final @Nullable String externalIssuer;
    private volatile @Nullable OidcTenantConfig own;

    TokenIssuerResolver(SigningKeys keys, BrowserSignIn browserSignIn, AccountConfig config) {
        this.keys = keys;
        this.browserSignIn = browserSignIn;
        externalIssuer = config.oidc().issuer().orElse(null);
        external =
                config.oidc()
                        .issuer()
                        .map(issuer ->
                                OidcTenantConfig.builder()
                                        .tenantId("external")
                                        .authServerUrl(issuer)
                                        .token()
                                        .issuer(issuer)
                                        .audience(requiredAudience(config.oidc()))
                                        .end()
                                        .build());
    }

    @Override
    public Uni<OidcTenantConfig> resolve(
            RoutingContext request, OidcRequestContext<OidcTenantConfig> context) {
        if (browserSignIn.isFor(request)) {
            return Uni.createFrom().item(browserSignIn.client());
        }
        Optional<List<String>> token = tokenParts(request);
        if (token.isPresent() && !isJwt(token.get())) {
            return Uni.createFrom()
                    .failure(new AuthenticationFailedException("The token is not a JWT"));
        }
        boolean isExternal =
                externalIssuer != null
                        && token.map(TokenIssuerResolver::claimedIssuer)
                                .filter(externalIssuer::equals)
                                .isPresent();
        return Uni.createFrom().item(isExternal ? external.orElseGet(this::own) : own());
    }

    /**
     * Created at the first use, because only a process that serves requests loads the key at
     * startup.
     */
    private OidcTenantConfig own() {
        OidcTenantConfig config = own;
        if (config == null) {
            config =
                    OidcTenantConfig.builder()
                            .tenantId("parley")
                            .publicKey(keys.publicKey())
                            .token()
                            .issuer(AccessTokenIssuer.ISSUER)
                            .audience(AccessTokenIssuer.ISSUER)
                            .end()
                            .build();
            own = config;
        }
        return config;
    }

    /** What stands between the dots of the request's token; empty if it brings none. */
    private static Optional<List<String>> tokenParts(RoutingContext request) {
        return Optional.ofNullable(request.request().getHeader("Authorization"))
                .filter(header -> header.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(header -> header.substring(BEARER.length()).strip())
                .map(token ->
                        token.length() > MAX_TOKEN_LENGTH
                                ? List.of()
                                : List.of(token.split("\\.", -1)));
    }

    /** The OpenID Connect extension fails unexpectedly on a token that consists of dots. */
    private static boolean isJwt(List<String> parts) {
        return parts.size() == 3 && parts.stream().noneMatch(String::isEmpty);
    }

    private static @Nullable String claimedIssuer(List<String> parts) {
        try {
            byte[] claims = Base64.getUrlDecoder().decode(parts.get(1));
            return new JsonObject(new String(claims, StandardCharsets.UTF_8)).getString("iss");
        } catch (IllegalArgumentException | DecodeException | ClassCastException failure) {
            return null; // Verified as a token of Parley, and refused
        }
    }

    private static String requiredAudience(AccountConfig.Oidc oidc) {
        return oidc.audience()
                .orElseThrow(() ->
                        new IllegalStateException(
                                "parley.auth.oidc.issuer needs parley.auth.oidc.audience: without"
                                        + " it, tokens meant for other services would be accepted"
                                        + " here"));
    }
}
