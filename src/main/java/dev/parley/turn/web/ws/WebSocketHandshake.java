package dev.parley.turn.web.ws;

import dev.parley.api.filter.ClientAddress;
import dev.parley.api.problem.InvalidRequest;
import dev.parley.api.problem.Problems;
import dev.parley.platform.identity.Caller;
import dev.parley.ratelimit.LimitedAction;
import io.quarkus.security.UnauthorizedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.quarkus.websockets.next.HandshakeRequest;
import io.vertx.core.Context;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Locale;
import java.util.concurrent.Executor;

/**
 * Checks a handshake (RFC 6455, section 4.2.1) before the connection becomes a WebSocket, and
 * refuses the handshake with a problem, as any other request: it must be complete, have a valid
 * token, and consumes a token of the rate limit. The framework would refuse it without a body, and
 * some handshakes twice or never.
 */
@ApplicationScoped
class WebSocketHandshake {

    /** The attribute of the security identity that contains the client's address. */
    static final String ADDRESS_ATTRIBUTE = WebSocketHandshake.class.getName();

    private static final int AFTER_AUTHENTICATION = -50;
    private static final String VERSION = "13";

    /** The rate limit may be in the database. */
    private static final Executor VIRTUAL_THREADS = Thread.ofVirtual().name("handshake-", 0)::start;

    private final WebSocketCommands commands;
    private final ClientAddress clientAddress;
    private final Problems problems;

    WebSocketHandshake(WebSocketCommands commands, ClientAddress clientAddress, Problems problems) {
        this.commands = commands;
        this.clientAddress = clientAddress;
        this.problems = problems;
    }

    /** A route and not a filter, so that every spelling of the path that the WebSocket has. */
    void register(@Observes Router router) {
        router.route(TurnWebSocket.PATH).order(AFTER_AUTHENTICATION).handler(this::check);
    }

    private void check(RoutingContext request) {
        if (!request.request().headers().contains(HandshakeRequest.SEC_WEBSOCKET_KEY)) {
            request.next();
        } else if (isComplete(request.request())) {
            authenticate(request);
        } else {
            request.response().putHeader(HandshakeRequest.SEC_WEBSOCKET_VERSION, VERSION);
            problems.send(
                    request,
                    new InvalidRequest(
                            "handshake",
                            "must be a GET over HTTP/1.1 with Upgrade: websocket, Connection:"
                                    + " Upgrade and Sec-WebSocket-Version: 13"));
        }
    }

    private static boolean isComplete(HttpServerRequest request) {
        return request.version() == HttpVersion.HTTP_1_1
                && HttpMethod.GET.equals(request.method())
                && "websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE))
                && header(request, HttpHeaders.CONNECTION).contains("upgrade")
                && VERSION.equals(request.getHeader(HandshakeRequest.SEC_WEBSOCKET_VERSION));
    }

    private static String header(HttpServerRequest request, CharSequence name) {
        return String.valueOf(request.getHeader(name)).toLowerCase(Locale.ROOT);
    }

    private void authenticate(RoutingContext request) {
        // The handler of the REST layer would respond as well
        request.remove(QuarkusHttpUser.AUTH_FAILURE_HANDLER);
        Context eventLoop = request.vertx().getOrCreateContext();
        QuarkusHttpUser.getSecurityIdentity(request, null)
                .emitOn(VIRTUAL_THREADS)
                .map(identity -> admit(identity, request.request()))
                .emitOn(task -> eventLoop.runOnContext(ignored -> task.run()))
                .subscribe()
                .with(
                        identity -> upgrade(request, identity),
                        failure -> problems.send(request, failure));
    }

    private static void upgrade(RoutingContext request, SecurityIdentity identity) {
        // The framework logs an error with a stack trace where it upgrades a closed connection
        if (request.response().closed()) {
            return;
        }
        QuarkusHttpUser.setIdentity(identity, request);
        FrameViolationHandler.addTo(request.request().connection());
        request.next();
    }

    private SecurityIdentity admit(SecurityIdentity identity, HttpServerRequest request) {
        Caller caller = identity.getAttribute(Caller.ATTRIBUTE);
        if (caller == null) {
            throw new UnauthorizedException();
        }
        commands.consumeRateLimit(LimitedAction.REQUESTS, caller.id());
        return QuarkusSecurityIdentity.builder(identity)
                .addAttribute(ADDRESS_ATTRIBUTE, clientAddress.of(request))
                .build();
    }
}
