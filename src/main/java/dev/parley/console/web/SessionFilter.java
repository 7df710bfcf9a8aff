package dev.parley.console.web;

import dev.parley.api.websocket.SubProtocols;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Optional;

/**
 * Lets the console call the API with its session: where a request proves that it comes from the
 * console, the access token of the cookie becomes the request's {@code Authorization}. Everything
 * after that treats the request as one of any client.
 *
 * <p>To open a WebSocket, the console offers its CSRF token as the sub-protocol {@code csrf.TOKEN}.
 */
@ApplicationScoped
class SessionFilter {

    private static final int BEFORE_AUTHENTICATION = 910;
    private static final String CSRF = "csrf.";

    void register(@Observes Filters filters) {
        filters.register(this::authorize, BEFORE_AUTHENTICATION);
    }

    private void authorize(RoutingContext context) {
        HttpServerRequest request = context.request();
        Optional<String> csrfToken =
                Optional.ofNullable(request.getHeader(ConsoleSession.CSRF_HEADER))
                        .or(() -> SubProtocols.takeSecret(request, CSRF));
        if (csrfToken.isPresent() && !request.headers().contains(HttpHeaders.AUTHORIZATION)) {
            ConsoleSession.of(request.getCookie(ConsoleSession.COOKIE))
                    .filter(session -> session.hasCsrfToken(csrfToken.get()))
                    .ifPresent(session ->
                            request.headers()
                                    .set(HttpHeaders.AUTHORIZATION, "Bearer " + session.token()));
        }
        context.next();
    }
}
