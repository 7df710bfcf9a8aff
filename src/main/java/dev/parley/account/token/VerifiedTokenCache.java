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
 * Remembers which of our own tokens bore our signature, until they expire: looking at it was a
 * fifth of what a request costs. Whether the token's account still lets it in is asked each time,
 * by {@link CallerAugmentor}; that is what a change of the password ends.
 *
 * <p>Tokens are known by their hash; none is kept. The caches of several replicas need not know of
 * each other, since there is nothing to take back.
 */
@Singleton
// The cache and its entries, which the library generates and finds by name, in a native executable
// too
@RegisterForReflection(
        classNames = {
            "com.github.benmanes.caffeine.cache.SSMSA",
            "com.github.benmanes.caffeine.cache.PSAMS"
        })
class VerifiedTokenCache implements IdentityProvider<TokenAuthenticationRequest> {

    private static final int MAX_COUNT = 20_000;

    /** Those of the request, which is over when the next one comes. */
    private static final String REQUEST = RoutingContext.class.getName();

    private static final String KNOWN = VerifiedTokenCache.class.getName();

    /** Others say nothing of theirs, which makes it this. */
    private static final int DEFAULT_PRIORITY = 1_001;

    private final Clock clock;
    private final Counter lookedAt;
    private final Cache<String, Verified> known =
            Caffeine.newBuilder()
                    .maximumSize(MAX_COUNT)
                    .expireAfterAccess(Duration.ofMinutes(15))
                    .build();

    VerifiedTokenCache(Clock clock, MeterRegistry meters) {
        this.clock = clock;
        this.lookedAt =
                Counter.builder("parley.token.signature.checks")
                        .description("Tokens of ours of which the signature was looked at")
                        .register(meters);
    }

    /** Before the one that looks at signatures. */
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

    /** Whether the identity comes from here. */
    static boolean isKnown(SecurityIdentity identity) {
        return identity.getAttribute(KNOWN) != null;
    }

    /** Notes a token whose signature was looked at just now. */
    void verified(JsonWebToken token, SecurityIdentity identity) {
        lookedAt.increment();
        Map<String, Object> attributes = new HashMap<>(identity.getAttributes());
        attributes.remove(REQUEST);
        attributes.values().removeIf(Objects::isNull);
        attributes.put(KNOWN, true);
        known.put(
                HashUtil.sha256(token.getRawToken()),
                new Verified(
                        token,
                        Map.copyOf(attributes),
                        Instant.ofEpochSecond(token.getExpirationTime())));
    }

    Optional<Verified> find(String token) {
        return Optional.ofNullable(known.getIfPresent(HashUtil.sha256(token)))
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

    /** What is known of a token. */
    record Verified(JsonWebToken token, Map<String, Object> attributes, Instant expiresAt) {}
}
