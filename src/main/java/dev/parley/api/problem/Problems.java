package dev.parley.api.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import dev.parley.api.filter.RequestId;
import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.validation.ConstraintViolationException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Reports failures to callers: over HTTP, before a resource is reached, and over a WebSocket. */
@ApplicationScoped
public class Problems {

    private final RequestId requestId;
    private final ObjectMapper json;
    private final Map<ProblemCode, Counter> counters = new EnumMap<>(ProblemCode.class);

    Problems(RequestId requestId, ObjectMapper json, MeterRegistry meters) {
        this.requestId = requestId;
        this.json = json;
        for (ProblemCode code : ProblemCode.values()) {
            counters.put(
                    code,
                    Counter.builder("parley.problems")
                            .description("Problems that were returned to callers")
                            .tag("code", code.code())
                            .register(meters));
        }
    }

    /** The problem for a caller who gets no HTTP response, such as on a WebSocket. */
    public Problem of(Throwable failure) {
        return problem(ProblemMapper.of(failure), requestId.current());
    }

    /** The exceptions besides {@code Throwable} are listed because Quarkus has mappers for them. */
    @ServerExceptionMapper({
        Throwable.class,
        ConstraintViolationException.class,
        JsonProcessingException.class,
        MismatchedInputException.class,
        WebApplicationException.class,
        AuthenticationFailedException.class,
        UnauthorizedException.class,
        ForbiddenException.class
    })
    Response response(Throwable failure) {
        ParleyException exception = ProblemMapper.of(failure);
        Response.ResponseBuilder response =
                Response.status(exception.code().status())
                        .type(Problem.MEDIA_TYPE)
                        .entity(problem(exception, requestId.current()));
        headers(exception).forEach(response::header);
        if (failure instanceof WebApplicationException webException) {
            // 405 must list the allowed methods (RFC 9110, 15.5.6)
            response.header(HttpHeaders.ALLOW, webException.getResponse().getHeaderString("Allow"));
        }
        return response.build();
    }

    /** Sends the response to a request that never reached a resource. */
    void send(RoutingContext request, ProblemCode code) {
        send(request, new ParleyException(code));
    }

    /** Sends the response to a request that failed before it reached a resource. */
    public void send(RoutingContext request, Throwable failure) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.headWritten()) {
            return;
        }
        ParleyException exception = ProblemMapper.of(failure);
        response.setStatusCode(exception.code().status())
                .putHeader("Content-Type", Problem.MEDIA_TYPE);
        headers(exception).forEach(response::putHeader);
        response.end(toJson(problem(exception, RequestId.of(request))));
    }

    /** The body of a response to a request that has not become a request of Vert.x. */
    public String toJson(ProblemCode code, String requestId) {
        return toJson(problem(new ParleyException(code), requestId));
    }

    private Problem problem(ParleyException exception, String request) {
        ProblemCode code = exception.code();
        Objects.requireNonNull(counters.get(code)).increment();
        return new Problem(
                Problem.typeOf(code),
                code.title(),
                code.status(),
                exception.detail(),
                URI.create("urn:parley:request:" + request),
                code,
                exception.turnId().map(UUID::toString).orElse(null),
                exception.conversationId().map(UUID::toString).orElse(null),
                exception.errors());
    }

    private static Map<String, String> headers(ParleyException exception) {
        Map<String, String> headers = new HashMap<>();
        exception
                .retryAfter()
                // Rounded up, so that a retry after this time is not too early
                .map(wait -> Math.max(1, wait.plusMillis(999).toSeconds()))
                .ifPresent(seconds -> headers.put(HttpHeaders.RETRY_AFTER, Long.toString(seconds)));
        if (exception.code() == ProblemCode.UNAUTHENTICATED) {
            headers.put(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        return headers;
    }

    private String toJson(Problem problem) {
        try {
            return json.writeValueAsString(problem);
        } catch (JsonProcessingException failure) {
            throw new IllegalStateException("A problem is always JSON", failure);
        }
    }
}
