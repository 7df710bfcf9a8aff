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
 * What happens to a request before, and instead of, a resource: its id, and the problems that the
 * server itself finds.
 */
@ApplicationScoped
class RequestIdFilter {

    private static final int BEFORE_EVERYTHING = 1_000;

    private final Problems problems;
    private final long maxBody;
    private final BodyHandler bodiesInChunks;
    private volatile boolean isStopping;

    RequestIdFilter(Problems problems, HttpConfig config) {
        this.problems = problems;
        this.maxBody = config.maxBodySize().asLongValue();
        // A body in chunks tells its size only as it comes; it is read here, and fails with 413
        // when it grows too large
        this.bodiesInChunks = BodyHandler.create(false).setBodyLimit(this.maxBody);
    }

    void open(@Observes Filters filters) {
        filters.register(this::receive, BEFORE_EVERYTHING);
    }

    /** Stands before the server's own handler of failures, which would answer without a body. */
    void tellServerRefusals(@Observes Router router) {
        router.route().order(-BEFORE_EVERYTHING).failureHandler(this::tell);
    }

    /** From then on whoever keeps a connection is told to come by another, to another replica. */
    void stopping(@Observes ShutdownDelayInitiatedEvent stopping) {
        isStopping = true;
    }

    private void receive(RoutingContext request) {
        RequestId.assign(request);
        if (isStopping && request.request().version() != HttpVersion.HTTP_2) {
            request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        String length = request.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length == null) {
            bodiesInChunks.handle(request);
        } else if (isTooLarge(length)) {
            request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            request.fail(ProblemCode.TOO_LARGE.status());
        } else {
            request.next();
        }
    }

    /** The server itself has refused a length that is not a number. */
    private boolean isTooLarge(String length) {
        return length.length() > 18 || Long.parseLong(length) > maxBody;
    }

    private void tell(RoutingContext request) {
        ProblemCode.ofStatus(request.statusCode())
                .ifPresentOrElse(code -> problems.answer(request, code), request::next);
    }
}
