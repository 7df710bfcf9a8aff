package dev.parley.web;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Map;

/**
 * What happens to a request before, and instead of, a resource: its id, and the problems that the
 * server itself finds.
 */
@ApplicationScoped
class FrontDoor {

    private static final int BEFORE_EVERYTHING = 1_000;

    /** Statuses that the server gives by itself, outside of every resource. */
    private static final Map<Integer, Refusal> SERVER_REFUSALS =
            Map.of(
                    400, new Refusal(ProblemCode.INVALID_REQUEST, "The request could not be read."),
                    401, new Refusal(ProblemCode.UNAUTHENTICATED, "A valid token is needed."),
                    404, new Refusal(ProblemCode.NOT_FOUND, "There is nothing at this path."),
                    405,
                            new Refusal(
                                    ProblemCode.METHOD_NOT_ALLOWED,
                                    "This path does not take that method."),
                    406,
                            new Refusal(
                                    ProblemCode.NOT_ACCEPTABLE,
                                    "This path has no such representation."),
                    413, new Refusal(ProblemCode.TOO_LARGE, "The request is too large."),
                    415,
                            new Refusal(
                                    ProblemCode.UNSUPPORTED_MEDIA_TYPE,
                                    "This path does not take that media type."));

    private final Problems problems;
    private final ProblemJson json;
    private final long maxBody;
    private final BodyHandler bodiesInChunks;
    private volatile boolean isStopping;

    FrontDoor(Problems problems, ProblemJson json, HttpConfig config) {
        this.problems = problems;
        this.json = json;
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
        Refusal refusal = SERVER_REFUSALS.get(request.statusCode());
        if (refusal == null) {
            request.next();
        } else {
            problems.of(refusal.code(), refusal.detail()).answer(request, json);
        }
    }

    private record Refusal(ProblemCode code, String detail) {}
}
