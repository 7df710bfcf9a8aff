package dev.parley.account.token;

import dev.parley.account.AccountService;
import dev.parley.account.TokenSubject;
import dev.parley.platform.database.groupcommit.GroupCommit;
import dev.parley.platform.database.groupcommit.GroupCommitConfig;
import dev.parley.platform.identity.Caller;
import dev.parley.platform.identity.IdentityRevalidator;
import dev.parley.platform.identity.UserId;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.SecurityIdentityAugmentor;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * Looks whether the account behind a valid token is still there. Roles are the account's, as the
 * database has them now, not the token's.
 */
@Singleton
class CallerAugmentor implements SecurityIdentityAugmentor, IdentityRevalidator {

    private static final int MAX_NAME_LENGTH = 50;

    /**
     * Not the worker pool: waiting for a connection must not hold up whatever else needs a worker.
     */
    private static final Executor VIRTUAL_THREADS =
            Thread.ofVirtual().name("authenticate-", 0)::start;

    /** The answers come so fast that one connection is enough for all. */
    private static final int ONE_SHARD = 1;

    private static final int MAX_PER_ACCOUNT = 8;

    private final AccountService accounts;
    private final VerifiedTokenCache verified;
    private final GroupCommit<TokenSubject, Optional<Caller>> bearers;

    CallerAugmentor(
            AccountService accounts,
            VerifiedTokenCache verified,
            TokenSubjectLookup bearers,
            GroupCommitConfig config,
            MeterRegistry meters) {
        this.accounts = accounts;
        this.verified = verified;
        this.bearers =
                new GroupCommit<>(
                        "admission",
                        ONE_SHARD,
                        MAX_PER_ACCOUNT,
                        bearers,
                        new Semaphore(1),
                        config,
                        meters);
    }

    @Override
    public Uni<SecurityIdentity> augment(
            SecurityIdentity identity, AuthenticationRequestContext context) {
        if (identity.isAnonymous() || !(identity.getPrincipal() instanceof JsonWebToken token)) {
            return Uni.createFrom().item(identity);
        }
        if (AccessTokenIssuer.ISSUER.equals(token.getIssuer())
                && !VerifiedTokenCache.isKnown(identity)) {
            verified.verified(token, identity);
        }
        Context eventLoop = Vertx.currentContext();
        Executor back =
                eventLoop == null
                        ? Runnable::run
                        : task -> eventLoop.runOnContext(nothing -> task.run());
        return Uni.createFrom()
                .item(() -> admitted(identity, token))
                .runSubscriptionOn(VIRTUAL_THREADS)
                .emitOn(back);
    }

    @Override
    public void requireValid(SecurityIdentity admitted) {
        if (admitted.getPrincipal() instanceof JsonWebToken token) {
            caller(token);
        }
    }

    private SecurityIdentity admitted(SecurityIdentity identity, JsonWebToken token) {
        Caller caller = caller(token);
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(identity.getPrincipal())
                .addCredentials(identity.getCredentials())
                // Among them when the token expires, which ends a socket
                .addAttributes(identity.getAttributes())
                .addRoles(caller.roles())
                .addAttribute(Caller.ATTRIBUTE, caller)
                .build();
    }

    private Caller caller(JsonWebToken token) {
        if (token.getSubject() == null) {
            throw new AuthenticationFailedException("The token names no subject");
        }
        return AccessTokenIssuer.ISSUER.equals(token.getIssuer())
                ? holder(token)
                : accounts.findOrCreateExternal(
                        token.getIssuer(), token.getSubject(), nameIn(token));
    }

    private Caller holder(JsonWebToken token) {
        Optional<UserId> id = userId(token.getSubject());
        Optional<Integer> passwordVersion =
                token.<Object>claim(AccessTokenIssuer.PASSWORD_VERSION)
                        .map(Object::toString)
                        .map(Integer::valueOf);
        return id.flatMap(user -> passwordVersion.map(version -> new TokenSubject(user, version)))
                .flatMap(bearer -> bearers.submit(bearer.id().value(), bearer))
                .orElseThrow(() ->
                        new AuthenticationFailedException(
                                "The token's account has gone or its password has changed"));
    }

    private static Optional<UserId> userId(String subject) {
        try {
            return Optional.of(new UserId(UUID.fromString(subject)));
        } catch (IllegalArgumentException failure) {
            return Optional.empty();
        }
    }

    /** What the issuer calls the person, as a name of ours. */
    private static String nameIn(JsonWebToken token) {
        String told =
                token.<Object>claim("preferred_username").map(Object::toString).orElse("user");
        String fit = told.replaceAll("[^A-Za-z0-9._-]", "-").replaceAll("^[^A-Za-z0-9]+", "");
        String name = fit.length() > MAX_NAME_LENGTH ? fit.substring(0, MAX_NAME_LENGTH) : fit;
        return name.isEmpty() ? "user" : name;
    }
}
