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
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Assigns the request id, refuses a body that is too large by its length, and responds with a
 * problem if the server rejects a request before it reaches a resource.
 */
@ApplicationScoped
class RequestIdFilter {

    private static final int BEFORE_EVERYTHING = 1_000;

    private final Problems problems;
    private final long maxBody;
    private volatile boolean isStopping;

    RequestIdFilter(Problems problems, HttpConfig config) {
        this.problems = problems;
        this.maxBody = config.maxBodySize().asLongValue();
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
        // Not now: a turn that runs when the shutdown starts is answered much later
        request.addHeadersEndHandler(_ -> {
            if (isStopping) {
                closeAfterResponse(request);
            }
        });
        String length = request.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length != null && isTooLarge(length)) {
            closeAfterResponse(request);
            request.fail(ProblemCode.TOO_LARGE.status());
        } else {
            request.next();
        }
    }

    /** In HTTP/2 this header makes a response malformed (RFC 9113, section 8.2.2). */
    private static void closeAfterResponse(RoutingContext request) {
        if (request.request().version() != HttpVersion.HTTP_2) {
            request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
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
