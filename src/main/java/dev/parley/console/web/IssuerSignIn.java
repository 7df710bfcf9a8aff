package dev.parley.console.web;

import dev.parley.account.token.AccessToken;
import dev.parley.account.token.BrowserSignIn;
import dev.parley.account.token.LoginService;
import dev.parley.api.filter.RateLimitFilter;
import dev.parley.console.ConsoleConfig;
import dev.parley.platform.identity.Caller;
import io.quarkus.logging.Log;
import io.quarkus.oidc.OIDCException;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticator;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Lets people sign in to the console at the operator's OpenID Connect issuer. The browser is sent
 * to the issuer, comes back with a code, and gets a session of the console: the issuer's own tokens
 * are used once and not kept. Whatever fails leads back to the sign-in page, which says so.
 */
@ApplicationScoped
class IssuerSignIn {

    private static final String CONSOLE = "../";
    private static final String CONSOLE_WITH_PROBLEM = "../?sign_in=failed";

    /** What an issuer sends a browser back with (RFC 6749, sections 4.1.2 and 4.1.2.1). */
    private static final List<String> ANSWER = List.of("code", "error", "state");

    /** The cookie in which the extension would keep the tokens of the issuer. */
    private static final String ISSUER_TOKENS = "q_session";

    private static final String NO_STATE = "The state of the sign-in is missing";

    /** The issuer is asked twice at most. */
    private static final Duration TIME_LIMIT = Duration.ofSeconds(20);

    private static final int MAX_CAUSES = 5;

    private static final Executor VIRTUAL_THREADS = Thread.ofVirtual().name("sign-in-", 0)::start;

    private final BrowserSignIn browserSignIn;
    private final HttpAuthenticator authenticator;
    private final LoginService logins;
    private final RateLimitFilter rateLimits;
    private final boolean isEnabled;

    IssuerSignIn(
            BrowserSignIn browserSignIn,
            HttpAuthenticator authenticator,
            LoginService logins,
            RateLimitFilter rateLimits,
            ConsoleConfig config) {
        this.browserSignIn = browserSignIn;
        this.authenticator = authenticator;
        this.logins = logins;
        this.rateLimits = rateLimits;
        isEnabled = config.enabled();
    }

    void register(@Observes Router router) {
        if (isEnabled && browserSignIn.isConfigured()) {
            router.get(BrowserSignIn.PATH).handler(this::handle);
        }
    }

    /**
     * The route matches with a slash at the end as well, where the client of the issuer does not.
     */
    private void handle(RoutingContext context) {
        if (!context.normalizedPath().equals(BrowserSignIn.PATH)) {
            context.next();
            return;
        }
        context.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        forgetTokensOfIssuer(context);
        boolean isAnswer = ANSWER.stream().anyMatch(context.queryParams()::contains);
        Uni<String> location = isAnswer ? finish(context) : begin(context);
        location.ifNoItem()
                .after(TIME_LIMIT)
                .fail()
                .subscribe()
                .with(found -> redirect(context, found), failure -> refuse(context, failure));
    }

    /** The address of the issuer, for the browser. */
    private Uni<String> begin(RoutingContext context) {
        return authenticator.getChallenge(context).map(IssuerSignIn::locationOf);
    }

    private static String locationOf(ChallengeData challenge) {
        if (challenge.status != 302) {
            throw new IllegalStateException("The issuer cannot be asked: " + challenge.status);
        }
        return challenge.headerContent;
    }

    private Uni<String> finish(RoutingContext context) {
        // Another site can send a browser here, but not with a cookie of a sign-in that has begun
        if (context.request().getCookie(BrowserSignIn.STATE_COOKIE) == null) {
            return Uni.createFrom().failure(new IllegalStateException(NO_STATE));
        }
        Executor eventLoop = eventLoop();
        return Uni.createFrom()
                .voidItem()
                .invoke(() -> rateLimits.enterSignIn(context))
                .runSubscriptionOn(VIRTUAL_THREADS)
                .emitOn(eventLoop)
                .flatMap(ignored -> authenticator.attemptAuthentication(context))
                .emitOn(eventLoop)
                .eventually(() -> forgetTokensOfIssuer(context))
                .onItem()
                .ifNull()
                .failWith(() -> new IllegalStateException(NO_STATE))
                .emitOn(VIRTUAL_THREADS)
                .map(identity -> logIn(context, identity))
                .emitOn(eventLoop)
                .map(token -> {
                    new ConsoleSession(token.value()).begin(context, token.expiresIn());
                    return CONSOLE;
                });
    }

    private AccessToken logIn(RoutingContext context, SecurityIdentity identity) {
        browserSignIn.requireConfirmed(identity);
        rateLimits.refundSignIn(context);
        return logins.login(identity.<Caller>getAttribute(Caller.ATTRIBUTE));
    }

    /**
     * Takes the tokens of the issuer out of what the browser gets, and out of what it brings: the
     * extension would believe them instead of a code.
     */
    private static void forgetTokensOfIssuer(RoutingContext context) {
        context.request().cookies().stream()
                .map(Cookie::getName)
                .filter(name -> name.startsWith(ISSUER_TOKENS))
                .toList()
                .forEach(name -> context.response().removeCookie(name, false));
    }

    private static void refuse(RoutingContext context, Throwable failure) {
        Log.warnf("A sign-in at the issuer failed: %s", reasonsOf(failure));
        redirect(context, CONSOLE_WITH_PROBLEM);
    }

    /** Messages of failed checks contain the claims of the token, or the token. */
    private static String reasonsOf(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .limit(MAX_CAUSES)
                .map(cause ->
                        cause instanceof OIDCException || cause instanceof IllegalStateException
                                ? cause.toString()
                                : cause.getClass().getName())
                .collect(Collectors.joining(", caused by "));
    }

    private static void redirect(RoutingContext context, String location) {
        context.response().setStatusCode(302).putHeader(HttpHeaders.LOCATION, location).end();
    }

    private static Executor eventLoop() {
        Context context = Objects.requireNonNull(Vertx.currentContext());
        return task -> context.runOnContext(ignored -> task.run());
    }
}
