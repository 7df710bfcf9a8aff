package dev.parley.turn.web.ws;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Browsers cannot set headers when they open a socket: there the token comes as one of the offered
 * sub-protocols, {@code bearer.TOKEN}, beside {@code parley}. Never in the URL, which is logged.
 */
@ApplicationScoped
class WebSocketTokenFilter {

    private static final int BEFORE_AUTHENTICATION = 900;
    private static final String PROTOCOLS = "Sec-WebSocket-Protocol";
    private static final String BEARER = "bearer.";
    private static final Pattern COMMA = Pattern.compile("\\s*,\\s*");

    void stand(@Observes Filters filters) {
        filters.register(this::translate, BEFORE_AUTHENTICATION);
    }

    private void translate(RoutingContext context) {
        HttpServerRequest request = context.request();
        String offered = request.getHeader(PROTOCOLS);
        if (offered != null
                && TurnWebSocket.PATH.equals(request.path())
                && !request.headers().contains(HttpHeaders.AUTHORIZATION)) {
            List<String> protocols = COMMA.splitAsStream(offered.strip()).toList();
            Optional<String> bearer =
                    protocols.stream().filter(each -> each.startsWith(BEARER)).findFirst();
            bearer.ifPresent(token -> {
                request.headers()
                        .set(
                                HttpHeaders.AUTHORIZATION,
                                "Bearer " + token.substring(BEARER.length()));
                request.headers()
                        .set(
                                PROTOCOLS,
                                String.join(
                                        ", ",
                                        protocols.stream()
                                                .filter(each -> !each.startsWith(BEARER))
                                                .toList()));
            });
        }
        context.next();
    }
}
