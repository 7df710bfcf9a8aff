package dev.parley.turn.web.ws;

import dev.parley.api.websocket.SubProtocols;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Reads the token of a WebSocket from its sub-protocols: the client offers {@code bearer.TOKEN}
 * beside {@code parley}.
 */
@ApplicationScoped
class WebSocketTokenFilter {

    private static final int BEFORE_AUTHENTICATION = 900;
    private static final String BEARER = "bearer.";

    void register(@Observes Filters filters) {
        filters.register(this::moveTokenToHeader, BEFORE_AUTHENTICATION);
    }

    private void moveTokenToHeader(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (TurnWebSocket.PATH.equals(request.path())
                && !request.headers().contains(HttpHeaders.AUTHORIZATION)) {
            SubProtocols.takeSecret(request, BEARER)
                    .ifPresent(token ->
                            request.headers().set(HttpHeaders.AUTHORIZATION, "Bearer " + token));
        }
        context.next();
    }
}
