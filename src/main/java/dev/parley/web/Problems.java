package dev.parley.web;

import dev.parley.database.DatabaseTrouble;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Turns a refusal or a failure into the response that tells of it. */
@ApplicationScoped
public class Problems {

    private static final Duration SOON = Duration.ofSeconds(1);

    private final RequestId requestId;
    private final Map<ProblemCode, Counter> told = new EnumMap<>(ProblemCode.class);

    Problems(RequestId requestId, MeterRegistry meters) {
        this.requestId = requestId;
        for (ProblemCode code : ProblemCode.values()) {
            told.put(
                    code,
                    Counter.builder("parley.problems")
                            .description("Refusals and failures that callers were told of")
                            .tag("code", code.code())
                            .register(meters));
        }
    }

    public Draft of(ProblemCode code, String detail) {
        return new Draft(code, detail);
    }

    /** The problem of a database that cannot do its part just now. */
    Draft of(DatabaseTrouble trouble, Throwable failure) {
        Log.warnf(failure, "A request was refused since the database is %s", trouble);
        return switch (trouble) {
            case UNAVAILABLE ->
                    of(
                            ProblemCode.DATABASE_UNAVAILABLE,
                            "The database cannot be reached just now.");
            case OVERLOADED ->
                    of(
                            ProblemCode.OVERLOADED,
                            "The database has no room for another request just now.");
        };
    }

    /** A problem that is being described. */
    public final class Draft {

        private final ProblemCode code;
        private final String detail;
        private List<Problem.FieldError> errors = List.of();
        private @Nullable UUID turn;
        private @Nullable UUID conversation;
        private Duration retryAfter = SOON;

        private Draft(ProblemCode code, String detail) {
            this.code = code;
            this.detail = detail;
        }

        public Draft errors(List<Problem.FieldError> fields) {
            errors = List.copyOf(fields);
            return this;
        }

        public Draft turn(UUID id) {
            turn = id;
            return this;
        }

        public Draft conversation(UUID id) {
            conversation = id;
            return this;
        }

        /**
         * When to come again; told where the code's status asks for it, rounded up to whole
         * seconds.
         */
        public Draft retryAfter(Duration wait) {
            retryAfter = wait;
            return this;
        }

        private Problem problem(String request) {
            Objects.requireNonNull(told.get(code)).increment();
            return new Problem(
                    Problem.typeOf(code),
                    code.title(),
                    code.status(),
                    detail,
                    URI.create("urn:parley:request:" + request),
                    code,
                    turn == null ? null : turn.toString(),
                    conversation == null ? null : conversation.toString(),
                    errors);
        }

        /** For doors that do not answer by the HTTP response of their request. */
        Problem problem() {
            return problem(requestId.current());
        }

        public Response response() {
            Response.ResponseBuilder response =
                    Response.status(code.status())
                            .type(Problem.MEDIA_TYPE)
                            .entity(problem(requestId.current()));
            if (code.saysWhenToRetry()) {
                response.header(HttpHeaders.RETRY_AFTER, wholeSeconds());
            }
            if (code == ProblemCode.UNAUTHENTICATED) {
                response.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
            }
            return response.build();
        }

        /** Answers a request that never reached a resource. */
        void answer(RoutingContext request, ProblemJson json) {
            var response = request.response();
            if (response.ended() || response.headWritten()) {
                return;
            }
            response.setStatusCode(code.status()).putHeader("Content-Type", Problem.MEDIA_TYPE);
            if (code.saysWhenToRetry()) {
                response.putHeader(HttpHeaders.RETRY_AFTER, Long.toString(wholeSeconds()));
            }
            response.end(json.write(problem(RequestId.of(request))));
        }

        private long wholeSeconds() {
            return Math.max(1, retryAfter.plusMillis(999).toSeconds());
        }
    }
}
