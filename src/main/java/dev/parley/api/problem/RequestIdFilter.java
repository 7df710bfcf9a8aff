package dev.parley.api.problem;

import dev.parley.api.filter.HttpConfig;
import dev.parley.api.filter.RequestId;
import dev.parley.platform.problem.ProblemCode;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Assigns the request id, limits the size of the body, and responds with a problem if the server
 * rejects a request before it reaches a resource.
 */
@ApplicationScoped
class RequestIdFilter {

    private static final int BEFORE_EVERYTHING = 1_000;

    private final Problems problems;
    private final long maxBody;
    private final BodyHandler chunkedBodyHandler;
    private volatile boolean isStopping;

    RequestIdFilter(Problems problems, HttpConfig config) {
        this.problems = problems;
        this.maxBody = config.maxBodySize().asLongValue();
        // The size of a chunked body is unknown in advance: the handler reads the body, and fails
        // with 413 if the body grows too large
        this.chunkedBodyHandler = BodyHandler.create(false).setBodyLimit(this.maxBody);
    }

    void registerFilter(@Observes Filters filters) {
        filters.register(this::receive, BEFORE_EVERYTHING);
    }

    /** Runs before the server's failure handler, which would send a response without a body. */
    void registerFailureHandler(@Observes Router router) {
        router.route().order(-BEFORE_EVERYTHING).failureHandler(this::sendProblem);
    }

    /** From now on, clients are asked to reconnect, so that they reach another replica. */
    void onShutdownDelay(@Observes ShutdownDelayInitiatedEvent shutdown) {
        isStopping = true;
    }

    private void receive(RoutingContext request) {
        RequestId.assign(request);
        if (isStopping && request.request().version() != HttpVersion.HTTP_2) {
            request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        String length = request.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length == null) {
            chunkedBodyHandler.handle(request);
        } else if (isTooLarge(length)) {
            request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            request.fail(ProblemCode.TOO_LARGE.status());
        } else {
            request.next();
        }
    }

    /** The server has already rejected a length that is not a number. */
    private boolean isTooLarge(String length) {
        return length.length() > 18 || Long.parseLong(length) > maxBody;
    }

    private void sendProblem(RoutingContext request) {
        ProblemCode.ofStatus(request.statusCode())
                .ifPresentOrElse(code -> problems.send(request, code), request::next);
    }
}
