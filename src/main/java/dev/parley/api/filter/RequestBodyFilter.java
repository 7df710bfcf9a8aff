package dev.parley.api.filter;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;
import io.quarkus.logging.Log;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.core.Context;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Reads the body of a request, up to a limit. The filter runs after authentication and rate limits,
 * so until then the body stays with the client: a caller without a token can make the server keep
 * {@code parley.http.max-anonymous-body-size} bytes at most.
 */
@ApplicationScoped
class RequestBodyFilter {

    private static final int AFTER_RATE_LIMIT = Priorities.USER + 100;
    private static final int CHUNK = 8 * 1024;

    private final HttpConfig config;
    private final RequestTimeouts timeouts;

    RequestBodyFilter(HttpConfig config, RequestTimeouts timeouts) {
        this.config = config;
        this.timeouts = timeouts;
    }

    @ServerRequestFilter(priority = AFTER_RATE_LIMIT)
    void readBody(ContainerRequestContext request, RoutingContext routing) {
        // A resource on the event loop reads its body itself, and must not be blocked; Parley has
        // none
        if (hasBody(routing.request()) && !Context.isOnEventLoopThread()) {
            long limit =
                    (isAnonymous(routing) ? config.maxAnonymousBodySize() : config.maxBodySize())
                            .asLongValue();
            request.setEntityStream(
                    new ByteArrayInputStream(body(request.getEntityStream(), limit)));
        }
    }

    /** A resource for everybody reads no token, so its callers are anonymous even with a token. */
    private static boolean isAnonymous(RoutingContext request) {
        return !(request.user() instanceof QuarkusHttpUser user)
                || user.getSecurityIdentity().isAnonymous();
    }

    private static boolean hasBody(HttpServerRequest request) {
        if (HttpMethod.GET.equals(request.method()) || HttpMethod.HEAD.equals(request.method())) {
            return false;
        }
        return request.version() == HttpVersion.HTTP_2
                ? !request.isEnded()
                : request.headers().contains(HttpHeaders.CONTENT_LENGTH)
                        || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
    }

    /**
     * @throws ParleyException {@code too_large} or {@code request_timeout}
     */
    private byte[] body(InputStream arriving, long limit) {
        long start = System.nanoTime();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] chunk = new byte[CHUNK];
        try {
            for (int count = arriving.read(chunk); count >= 0; count = arriving.read(chunk)) {
                body.write(chunk, 0, count);
                if (body.size() > limit) {
                    throw new ParleyException(ProblemCode.TOO_LARGE);
                }
                if (timeouts.bodyTimeLeft(System.nanoTime() - start, body.size()).isNegative()) {
                    throw new ParleyException(ProblemCode.REQUEST_TIMEOUT);
                }
            }
            return body.toByteArray();
        } catch (IOException cutOff) {
            // The client has gone, or its time was over and the server has closed the connection
            Log.debug("The body of a request did not arrive", cutOff);
            throw new ParleyException(ProblemCode.REQUEST_TIMEOUT);
        }
    }
}
