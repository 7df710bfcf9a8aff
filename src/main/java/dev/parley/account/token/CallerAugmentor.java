package dev.parley.account.token;

import dev.parley.account.AccountRepository;
import dev.parley.account.AccountService;
import dev.parley.account.TokenSubject;
import dev.parley.platform.database.groupcommit.GroupCommit;
import dev.parley.platform.database.groupcommit.GroupCommitConfig;
import dev.parley.platform.identity.Caller;
import dev.parley.platform.identity.IdentityRevalidator;
import dev.parley.platform.identity.UserId;
import dev.parley.platform.value.StorableText;
import dev.parley.platform.value.VisibleText;
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
import jakarta.json.JsonNumber;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;

/**
 * Checks that the account of a valid token still exists. The roles of the caller are the current
 * roles of the account in the database, not the roles in the token.
 */
@Singleton
class CallerAugmentor implements SecurityIdentityAugmentor, IdentityRevalidator {

    private static final int MAX_NAME_LENGTH = 50;

    /** OpenID Connect Core 1.0, section 2. */
    private static final int MAX_SUBJECT_LENGTH = 255;

    /** Not the worker pool: waiting for a connection must not block other work of the pool. */
    private static final Executor VIRTUAL_THREADS =
            Thread.ofVirtual().name("authenticate-", 0)::start;

    /** The lookups are so fast that one connection is enough. */
    private static final int ONE_SHARD = 1;

    private static final int MAX_PER_ACCOUNT = 8;

    private static final Pattern WHOLE_NUMBER = Pattern.compile("[0-9]{1,9}");

    private final AccountService accounts;
    private final VerifiedTokenCache verifiedTokenCache;
    private final TokenSubjectLookup lookup;
    private final GroupCommit<TokenSubject, Optional<Caller>> lookups;

    CallerAugmentor(
            AccountService accounts,
            VerifiedTokenCache verifiedTokenCache,
            TokenSubjectLookup lookup,
            GroupCommitConfig config,
            MeterRegistry meters) {
        this.accounts = accounts;
        this.verifiedTokenCache = verifiedTokenCache;
        this.lookup = lookup;
        this.lookups =
                new GroupCommit<>(
                        "admission",
                        ONE_SHARD,
                        MAX_PER_ACCOUNT,
                        lookup,
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
        if (isOwn(token) && !VerifiedTokenCache.isCached(identity)) {
            verifiedTokenCache.add(token, identity);
        }
        Context eventLoop = Vertx.currentContext();
        Executor originalExecutor =
                eventLoop == null
                        ? Runnable::run
                        : task -> eventLoop.runOnContext(ignored -> task.run());
        return Uni.createFrom()
                .item(() -> authenticate(identity, token))
                .runSubscriptionOn(VIRTUAL_THREADS)
                .emitOn(originalExecutor);
    }

    @Override
    public void requireValid(SecurityIdentity identity) {
        if (identity.getPrincipal() instanceof JsonWebToken token) {
            resolveCaller(token);
        }
    }

    @Override
    public List<SecurityIdentity> invalidAmong(Collection<SecurityIdentity> identities) {
        Map<UUID, AccountRepository.Known> enabled =
                lookup.findEnabled(identities.stream().map(CallerAugmentor::userOf).toList());
        return identities.stream()
                .filter(identity -> !isValid(identity, enabled.get(userOf(identity).value())))
                .toList();
    }

    private static UserId userOf(SecurityIdentity identity) {
        return identity.<Caller>getAttribute(Caller.ATTRIBUTE).id();
    }

    /** A token of an external issuer has no password version. */
    private static boolean isValid(
            SecurityIdentity identity, AccountRepository.@Nullable Known account) {
        return account != null
                && identity.getPrincipal() instanceof JsonWebToken token
                && (!isOwn(token)
                        || subjectOf(token)
                                .filter(subject ->
                                        subject.passwordVersion() == account.passwordVersion())
                                .isPresent());
    }

    private SecurityIdentity authenticate(SecurityIdentity identity, JsonWebToken token) {
        Caller caller = resolveCaller(token);
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(identity.getPrincipal())
                .addCredentials(identity.getCredentials())
                // The attributes have the expiry of the token, which closes the WebSocket
                .addAttributes(identity.getAttributes())
                .addRoles(caller.roles())
                .addAttribute(Caller.ATTRIBUTE, caller)
                .build();
    }

    private Caller resolveCaller(JsonWebToken token) {
        if (!isSubject(token.getSubject())) {
            throw new AuthenticationFailedException("The token has no valid subject");
        }
        return isOwn(token)
                ? resolveOwnCaller(token)
                : accounts.findOrCreateExternal(
                        token.getIssuer(), token.getSubject(), usernameOf(token));
    }

    /**
     * Whether a subject can be stored as it is: two subjects that were stored alike would share one
     * account.
     */
    private static boolean isSubject(@Nullable String subject) {
        return subject != null
                && subject.length() <= MAX_SUBJECT_LENGTH
                && VisibleText.isVisible(subject)
                && StorableText.isStorable(subject);
    }

    private Caller resolveOwnCaller(JsonWebToken token) {
        return subjectOf(token)
                .flatMap(subject -> lookups.submit(subject.id().value(), subject))
                .orElseThrow(() ->
                        new AuthenticationFailedException(
                                "The account of the token was deleted or its password was"
                                        + " changed"));
    }

    private static Optional<TokenSubject> subjectOf(JsonWebToken token) {
        Optional<UserId> id = userId(token.getSubject());
        Optional<Integer> passwordVersion =
                token.<Object>claim(AccessTokenIssuer.PASSWORD_VERSION)
                        .filter(claim -> claim instanceof Number || claim instanceof JsonNumber)
                        .map(Object::toString)
                        .filter(number -> WHOLE_NUMBER.matcher(number).matches())
                        .map(Integer::valueOf);
        return id.flatMap(user -> passwordVersion.map(version -> new TokenSubject(user, version)));
    }

    private static boolean isOwn(JsonWebToken token) {
        return AccessTokenIssuer.ISSUER.equals(token.getIssuer());
    }

    private static Optional<UserId> userId(String subject) {
        try {
            return Optional.of(new UserId(UUID.fromString(subject)));
        } catch (IllegalArgumentException failure) {
            return Optional.empty();
        }
    }

    /** The name of the user at the issuer, converted to a valid username. */
    private static String usernameOf(JsonWebToken token) {
        String claimed =
                token.<Object>claim("preferred_username").map(Object::toString).orElse("user");
        String valid = claimed.replaceAll("[^A-Za-z0-9._-]", "-").replaceAll("^[^A-Za-z0-9]+", "");
        String name =
                valid.length() > MAX_NAME_LENGTH ? valid.substring(0, MAX_NAME_LENGTH) : valid;
        return name.isEmpty() ? "user" : name;
    }
}
