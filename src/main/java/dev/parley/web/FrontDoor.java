package dev.parley.web;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
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

    FrontDoor(Problems problems, ProblemJson json) {
        this.problems = problems;
        this.json = json;
    }

    void open(@Observes Filters filters) {
        filters.register(this::receive, BEFORE_EVERYTHING);
    }

    void answerServerRefusals(@Observes Router router) {
        SERVER_REFUSALS.forEach((status, refusal) ->
                router.errorHandler(
                        status,
                        request ->
                                problems.of(refusal.code(), refusal.detail())
                                        .answer(request, json)));
    }

    private void receive(RoutingContext request) {
        RequestId.assign(request);
        request.next();
    }

    private record Refusal(ProblemCode code, String detail) {}
}
