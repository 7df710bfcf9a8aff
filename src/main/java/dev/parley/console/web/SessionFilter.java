package dev.parley.console.web;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lets the console call the API with its session: where a request proves that it comes from the
 * console, the access token of the cookie becomes the request's {@code Authorization}. Everything
 * after that treats the request as one of any client.
 *
 * <p>A browser cannot set headers when it opens a WebSocket, so there the console offers its CSRF
 * token as the sub-protocol {@code csrf.TOKEN}.
 */
@ApplicationScoped
class SessionFilter {

    private static final int BEFORE_AUTHENTICATION = 910;
    private static final String PROTOCOLS = "Sec-WebSocket-Protocol";
    private static final String CSRF = "csrf.";

    void register(@Observes Filters filters) {
        filters.register(this::authorize, BEFORE_AUTHENTICATION);
    }

    private void authorize(RoutingContext context) {
        HttpServerRequest request = context.request();
        @Nullable String csrfToken = takeCsrfToken(request);
        if (csrfToken != null && !request.headers().contains(HttpHeaders.AUTHORIZATION)) {
            ConsoleSession.of(request.getCookie(ConsoleSession.COOKIE))
                    .filter(session -> session.hasCsrfToken(csrfToken))
                    .ifPresent(session ->
                            request.headers()
                                    .set(HttpHeaders.AUTHORIZATION, "Bearer " + session.token()));
        }
        context.next();
    }

    private static @Nullable String takeCsrfToken(HttpServerRequest request) {
        @Nullable String header = request.getHeader(ConsoleSession.CSRF_HEADER);
        if (header != null) {
            return header;
        }
        @Nullable String offered = request.getHeader(PROTOCOLS);
        return offered == null || !offered.contains(CSRF) ? null : takeFrom(offered, request);
    }

    /** The server would answer with the sub-protocol that it accepts, which is not this one. */
    private static @Nullable String takeFrom(String offered, HttpServerRequest request) {
        List<String> protocols = Arrays.stream(offered.split(",", -1)).map(String::strip).toList();
        Optional<String> csrf =
                protocols.stream().filter(protocol -> protocol.startsWith(CSRF)).findFirst();
        request.headers()
                .set(
                        PROTOCOLS,
                        String.join(
                                ", ",
                                protocols.stream()
                                        .filter(protocol -> !protocol.startsWith(CSRF))
                                        .toList()));
        return csrf.map(protocol -> protocol.substring(CSRF.length())).orElse(null);
    }
}
