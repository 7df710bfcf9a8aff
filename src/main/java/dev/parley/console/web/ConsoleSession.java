package dev.parley.console.web;

import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A session of the console: an access token in a cookie that scripts cannot read. The console
 * proves with each request that it knows the session's CSRF token, which is derived from the access
 * token: another site makes the browser send the cookie at most, and never learns the CSRF token.
 *
 * @param token the access token; never logged
 */
record ConsoleSession(String token) {

    /** The cookie with the access token. */
    static final String COOKIE = "parley_session";

    /** The header with the CSRF token. */
    static final String CSRF_HEADER = "X-CSRF-Token";

    private static final String PURPOSE = "parley console csrf\n";

    /** The session of a request, if the request brings a cookie. */
    static Optional<ConsoleSession> of(@Nullable Cookie cookie) {
        return Optional.ofNullable(cookie)
                .map(Cookie::getValue)
                .filter(value -> !value.isEmpty())
                .map(ConsoleSession::new);
    }

    String csrfToken() {
        byte[] input = (PURPOSE + token).getBytes(StandardCharsets.UTF_8);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(sha256().digest(input));
    }

    /** Compares in constant time. */
    boolean hasCsrfToken(String claimed) {
        return MessageDigest.isEqual(
                csrfToken().getBytes(StandardCharsets.UTF_8),
                claimed.getBytes(StandardCharsets.UTF_8));
    }

    /** Gives the browser the cookie, to keep for as long as the access token is valid. */
    void begin(RoutingContext context, Duration lifetime) {
        context.response()
                .addCookie(cookie(token, context.request()).setMaxAge(lifetime.toSeconds()));
    }

    /** Makes the browser forget the session. */
    static void end(RoutingContext context) {
        context.response().addCookie(cookie("", context.request()).setMaxAge(0));
    }

    private static Cookie cookie(String value, HttpServerRequest request) {
        return Cookie.cookie(COOKIE, value)
                .setPath("/")
                .setHttpOnly(true)
                .setSecure(isSecure(request))
                .setSameSite(CookieSameSite.STRICT);
    }

    /** A cookie that is marked so is sent over TLS only, which may end at a proxy. */
    private static boolean isSecure(HttpServerRequest request) {
        return request.isSSL() || "https".equals(request.getHeader("X-Forwarded-Proto"));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException failure) {
            throw new IllegalStateException("Every Java has SHA-256", failure);
        }
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "ConsoleSession[...]";
    }
}
