package dev.parley.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.parley.database.DatabaseTrouble;
import dev.parley.ratelimit.RateLimited;
import io.quarkus.logging.Log;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.vertx.core.http.HttpClosedException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Path;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/**
 * The problems that every door has in common. What belongs to one room is told by that room's door.
 */
@ApplicationScoped
class Failures implements Teller {

    private static final String NO_TOKEN = "A valid token is needed: Authorization: Bearer ...";

    private static final String GONE = "The account was erased at this very moment.";

    private final Problems problems;

    Failures(Problems problems) {
        this.problems = problems;
    }

    @Override
    public Optional<Problems.Draft> tell(Throwable failure) {
        return switch (failure) {
            case ConstraintViolationException invalid -> Optional.of(told(invalid));
            case JsonProcessingException unreadable -> Optional.of(told(unreadable));
            default -> Optional.empty();
        };
    }

    @ServerExceptionMapper
    Response invalid(ConstraintViolationException refusal) {
        return told(refusal).response();
    }

    private Problems.Draft told(ConstraintViolationException refusal) {
        List<Problem.FieldError> errors =
                refusal.getConstraintViolations().stream()
                        .map(v -> new Problem.FieldError(fieldOf(v), v.getMessage()))
                        .sorted(java.util.Comparator.comparing(Problem.FieldError::field))
                        .toList();
        if (refusal.getConstraintViolations().stream().anyMatch(Failures::isAboutSize)) {
            return problems.of(ProblemCode.TOO_LARGE, inWords(errors)).errors(errors);
        }
        return problems.of(ProblemCode.INVALID_REQUEST, inWords(errors)).errors(errors);
    }

    @ServerExceptionMapper
    Response invalid(InvalidRequest refusal) {
        return problems.of(ProblemCode.INVALID_REQUEST, refusal.detail())
                .errors(refusal.errors())
                .response();
    }

    @ServerExceptionMapper
    Response incomplete(PreconditionRequired refusal) {
        return problems.of(ProblemCode.PRECONDITION_REQUIRED, refusal.detail()).response();
    }

    @ServerExceptionMapper
    Response unreadable(JsonProcessingException refusal) {
        return told(refusal).response();
    }

    private Problems.Draft told(JsonProcessingException refusal) {
        List<Problem.FieldError> errors = fieldErrors(refusal);
        return problems.of(
                        ProblemCode.INVALID_REQUEST,
                        errors.isEmpty()
                                ? "The body is not the JSON that is expected here."
                                : inWords(errors))
                .errors(errors);
    }

    /** Named by itself since Quarkus brings a mapper of its own for it. */
    @ServerExceptionMapper
    Response unfit(MismatchedInputException refusal) {
        return unreadable(refusal);
    }

    @ServerExceptionMapper
    Response refused(WebApplicationException refusal) {
        Optional<JsonProcessingException> unreadable =
                causeOf(refusal, JsonProcessingException.class);
        if (unreadable.isPresent()) {
            return unreadable(unreadable.get());
        }
        return switch (refusal.getResponse().getStatus()) {
            case 400 ->
                    problems.of(ProblemCode.INVALID_REQUEST, "The request could not be read.")
                            .response();
            case 401 -> problems.of(ProblemCode.UNAUTHENTICATED, NO_TOKEN).response();
            case 403 ->
                    problems.of(ProblemCode.FORBIDDEN, "Your account may not do this.").response();
            case 404 ->
                    problems.of(ProblemCode.NOT_FOUND, "There is nothing at this path.").response();
            case 405 ->
                    withAllowed(
                            problems.of(
                                            ProblemCode.METHOD_NOT_ALLOWED,
                                            "This path does not take that method.")
                                    .response(),
                            refusal.getResponse());
            case 406 ->
                    problems.of(
                                    ProblemCode.NOT_ACCEPTABLE,
                                    "This path answers with application/json.")
                            .response();
            case 413 -> problems.of(ProblemCode.TOO_LARGE, "The request is too large.").response();
            case 415 ->
                    problems.of(
                                    ProblemCode.UNSUPPORTED_MEDIA_TYPE,
                                    "This path takes application/json.")
                            .response();
            default -> broken(refusal);
        };
    }

    @ServerExceptionMapper
    Response unauthenticated(AuthenticationFailedException refusal) {
        return problems.of(ProblemCode.UNAUTHENTICATED, NO_TOKEN).response();
    }

    @ServerExceptionMapper
    Response unauthenticated(UnauthorizedException refusal) {
        return problems.of(ProblemCode.UNAUTHENTICATED, NO_TOKEN).response();
    }

    @ServerExceptionMapper
    Response tooFast(RateLimited refusal) {
        return problems.of(ProblemCode.RATE_LIMITED, refusal.detail())
                .retryAfter(refusal.retryAfter())
                .response();
    }

    @ServerExceptionMapper
    Response forbidden(ForbiddenException refusal) {
        return problems.of(ProblemCode.FORBIDDEN, "Your account may not do this.").response();
    }

    @ServerExceptionMapper
    Response broken(Throwable failure) {
        Optional<DatabaseTrouble> trouble = DatabaseTrouble.in(failure);
        if (trouble.isPresent()) {
            return problems.of(trouble.get(), failure).response();
        }
        if (failure instanceof LongAnswers.ClientGone
                || failure instanceof HttpClosedException
                || causeOf(failure, HttpClosedException.class).isPresent()) {
            Log.debug("A client went away in the middle", failure);
            return problems.of(ProblemCode.INVALID_REQUEST, "The request ended in the middle.")
                    .response();
        }
        if (DatabaseTrouble.isAboutNobody(failure)) {
            return problems.of(ProblemCode.UNAUTHENTICATED, GONE).response();
        }
        if (DatabaseTrouble.isUnfit(failure)) {
            Log.warn("A request had a value that the database cannot keep", failure);
            return problems.of(
                            ProblemCode.INVALID_REQUEST, "Some value is beyond what can be kept.")
                    .response();
        }
        Log.error("A request broke", failure);
        return problems.of(
                        ProblemCode.INTERNAL_ERROR,
                        "Something broke on our side; it has been logged.")
                .response();
    }

    private static Response withAllowed(Response problem, Response refusal) {
        String allow = refusal.getHeaderString("Allow");
        return allow == null
                ? problem
                : Response.fromResponse(problem).header("Allow", allow).build();
    }

    private static boolean isAboutSize(ConstraintViolation<?> violation) {
        return violation.getConstraintDescriptor().getPayload().contains(TooLarge.class);
    }

    /** The path without the method and its parameter: what the caller wrote. */
    private static String fieldOf(ConstraintViolation<?> violation) {
        Deque<String> names =
                StreamSupport.stream(violation.getPropertyPath().spliterator(), false)
                        .filter(node -> node.getKind() == jakarta.validation.ElementKind.PROPERTY)
                        .map(Path.Node::getName)
                        .map(SnakeCase::of)
                        .collect(Collectors.toCollection(ArrayDeque::new));
        return names.isEmpty() ? "body" : String.join(".", names);
    }

    private static List<Problem.FieldError> fieldErrors(JsonProcessingException refusal) {
        if (!(refusal instanceof JsonMappingException mapping) || mapping.getPath().isEmpty()) {
            return List.of();
        }
        String field =
                mapping.getPath().stream()
                        .map(step ->
                                step.getFieldName() == null
                                        ? "[" + step.getIndex() + "]"
                                        : step.getFieldName())
                        .collect(Collectors.joining("."));
        String message =
                refusal instanceof UnrecognizedPropertyException
                        ? "is not known here"
                        : "is not of the expected type or value";
        return List.of(new Problem.FieldError(field, message));
    }

    private static String inWords(List<Problem.FieldError> errors) {
        return errors.stream()
                .map(error -> error.field() + " " + error.message())
                .collect(Collectors.joining("; ", "", "."));
    }

    private static <T extends Throwable> Optional<T> causeOf(Throwable failure, Class<T> kind) {
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (kind.isInstance(cause)) {
                return Optional.of(kind.cast(cause));
            }
        }
        return Optional.empty();
    }
}
