package dev.parley.account.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.runtime.util.HashUtil;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.TokenAuthenticationRequest;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * Caches Parley's own tokens with a valid signature until they expire: verifying the signature was
 * a fifth of the cost of a request. {@link CallerAugmentor} still checks the account for each
 * request, so a password change takes effect at once.
 *
 * <p>The cache key is a hash of the token. The replicas need not synchronize their caches, because
 * no entry is ever revoked.
 */
@Singleton
// Caffeine loads its generated cache and entry classes by name: a native executable needs them here
@RegisterForReflection(
        classNames = {
            "com.github.benmanes.caffeine.cache.SSMSA",
            "com.github.benmanes.caffeine.cache.PSAMS"
        })
class VerifiedTokenCache implements IdentityProvider<TokenAuthenticationRequest> {

    private static final int MAX_CACHED_TOKENS = 20_000;

    /** The identity attribute with the request, which ends before the cache entry is used again. */
    private static final String REQUEST_ATTRIBUTE = RoutingContext.class.getName();

    private static final String CACHED_ATTRIBUTE = VerifiedTokenCache.class.getName();

    /** The priority of identity providers that set no priority. */
    private static final int DEFAULT_PRIORITY = 1_001;

    private final Clock clock;
    private final Counter signatureChecks;
    private final Cache<String, Verified> cache =
            Caffeine.newBuilder()
                    .maximumSize(MAX_CACHED_TOKENS)
                    .expireAfterAccess(Duration.ofMinutes(15))
                    .build();

    VerifiedTokenCache(Clock clock, MeterRegistry meters) {
        this.clock = clock;
        this.signatureChecks =
                Counter.builder("parley.token.signature.checks")
                        .description("Signature checks of Parley's own tokens")
                        .register(meters);
    }

    /** Higher than the priority of the provider that verifies signatures. */
    @Override
    public int priority() {
        return DEFAULT_PRIORITY + 1;
    }

    @Override
    public Class<TokenAuthenticationRequest> getRequestType() {
        return TokenAuthenticationRequest.class;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(
            TokenAuthenticationRequest request, AuthenticationRequestContext context) {
        return find(request.getToken().getToken())
                .map(verified -> Uni.createFrom().item(identity(verified, request)))
                .orElseGet(() -> Uni.createFrom().nullItem());
    }

    /** Whether the identity comes from this cache. */
    static boolean isCached(SecurityIdentity identity) {
        return identity.getAttribute(CACHED_ATTRIBUTE) != null;
    }

    /** Adds a token whose signature was verified just now. */
    void add(JsonWebToken token, SecurityIdentity identity) {
        signatureChecks.increment();
        Map<String, Object> attributes = new HashMap<>(identity.getAttributes());
        attributes.remove(REQUEST_ATTRIBUTE);
        attributes.values().removeIf(Objects::isNull);
        attributes.put(CACHED_ATTRIBUTE, true);
        cache.put(
                HashUtil.sha256(token.getRawToken()),
                new Verified(
                        token,
                        Map.copyOf(attributes),
                        Instant.ofEpochSecond(token.getExpirationTime())));
    }

    Optional<Verified> find(String token) {
        return Optional.ofNullable(cache.getIfPresent(HashUtil.sha256(token)))
                .filter(verified -> clock.instant().isBefore(verified.expiresAt()));
    }

    private static SecurityIdentity identity(
            Verified verified, TokenAuthenticationRequest request) {
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(verified.token())
                .addCredential(request.getToken())
                .addAttributes(verified.attributes())
                .build();
    }

    /** A token with a valid signature, with the attributes of its identity. */
    record Verified(JsonWebToken token, Map<String, Object> attributes, Instant expiresAt) {}
}
