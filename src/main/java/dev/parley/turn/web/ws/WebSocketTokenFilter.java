package dev.parley.turn.web.ws;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads the token of a WebSocket from its sub-protocols, because browsers cannot set headers when
 * they open a WebSocket: the client offers {@code bearer.TOKEN} beside {@code parley}. The token is
 * never in the URL, because URLs are logged.
 */
@ApplicationScoped
class WebSocketTokenFilter {

    private static final int BEFORE_AUTHENTICATION = 900;
    private static final String PROTOCOLS = "Sec-WebSocket-Protocol";
    private static final String BEARER = "bearer.";

    void register(@Observes Filters filters) {
        filters.register(this::moveTokenToHeader, BEFORE_AUTHENTICATION);
    }

    private void moveTokenToHeader(RoutingContext context) {
        HttpServerRequest request = context.request();
        String offered = request.getHeader(PROTOCOLS);
        if (offered != null
                && TurnWebSocket.PATH.equals(request.path())
                && !request.headers().contains(HttpHeaders.AUTHORIZATION)) {
            List<String> protocols = split(offered);
            Optional<String> bearer =
                    protocols.stream().filter(protocol -> protocol.startsWith(BEARER)).findFirst();
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
                                                .filter(protocol -> !protocol.startsWith(BEARER))
                                                .toList()));
            });
        }
        context.next();
    }

    /**
     * Splits a header into its elements (RFC 9110, section 5.6.1) in linear time. The header comes
     * from a stranger: a regular expression for commas between spaces would try each space again.
     */
    private static List<String> split(String header) {
        return Arrays.stream(header.split(",", -1)).map(String::strip).toList();
    }
}
