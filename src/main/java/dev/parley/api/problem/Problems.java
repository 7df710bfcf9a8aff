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

/** Tells callers of failures: over HTTP, before there is a resource, and over a socket. */
@ApplicationScoped
public class Problems {

    private final RequestId requestId;
    private final ObjectMapper json;
    private final Map<ProblemCode, Counter> told = new EnumMap<>(ProblemCode.class);

    Problems(RequestId requestId, ObjectMapper json, MeterRegistry meters) {
        this.requestId = requestId;
        this.json = json;
        for (ProblemCode code : ProblemCode.values()) {
            told.put(
                    code,
                    Counter.builder("parley.problems")
                            .description("Refusals and failures that callers were told of")
                            .tag("code", code.code())
                            .register(meters));
        }
    }

    /** For callers who are not answered by the HTTP response of their request. */
    public Problem of(Throwable failure) {
        return problem(ProblemMapper.of(failure), requestId.current());
    }

    /** Named beside {@code Throwable} are those that Quarkus brings mappers of its own for. */
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
        ParleyException refusal = ProblemMapper.of(failure);
        Response.ResponseBuilder response =
                Response.status(refusal.code().status())
                        .type(Problem.MEDIA_TYPE)
                        .entity(problem(refusal, requestId.current()));
        headers(refusal).forEach(response::header);
        if (failure instanceof WebApplicationException refused) {
            // A method that is not allowed comes with those that are
            response.header(HttpHeaders.ALLOW, refused.getResponse().getHeaderString("Allow"));
        }
        return response.build();
    }

    /** Answers a request that never reached a resource. */
    void answer(RoutingContext request, ProblemCode code) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.headWritten()) {
            return;
        }
        ParleyException refusal = new ParleyException(code);
        response.setStatusCode(code.status()).putHeader("Content-Type", Problem.MEDIA_TYPE);
        headers(refusal).forEach(response::putHeader);
        response.end(written(problem(refusal, RequestId.of(request))));
    }

    private Problem problem(ParleyException refusal, String request) {
        ProblemCode code = refusal.code();
        Objects.requireNonNull(told.get(code)).increment();
        return new Problem(
                Problem.typeOf(code),
                code.title(),
                code.status(),
                refusal.detail(),
                URI.create("urn:parley:request:" + request),
                code,
                refusal.turnId().map(UUID::toString).orElse(null),
                refusal.conversationId().map(UUID::toString).orElse(null),
                refusal.errors());
    }

    private static Map<String, String> headers(ParleyException refusal) {
        Map<String, String> headers = new HashMap<>();
        if (refusal.code().saysWhenToRetry()) {
            // Rounded up: whoever keeps to it must not come too early
            long seconds = Math.max(1, refusal.retryAfter().plusMillis(999).toSeconds());
            headers.put(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
        }
        if (refusal.code() == ProblemCode.UNAUTHENTICATED) {
            headers.put(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        return headers;
    }

    private String written(Problem problem) {
        try {
            return json.writeValueAsString(problem);
        } catch (JsonProcessingException failure) {
            throw new IllegalStateException("A problem is always JSON", failure);
        }
    }
}
