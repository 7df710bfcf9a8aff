package dev.parley.api.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.parley.api.json.SnakeCase;
import dev.parley.api.streaming.StreamingResponses;
import dev.parley.platform.database.sql.SqlErrors;
import dev.parley.platform.problem.FieldError;
import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;
import io.quarkus.logging.Log;
import io.quarkus.oidc.OIDCException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.vertx.core.http.HttpClosedException;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import jakarta.ws.rs.WebApplicationException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Maps every failure to a problem of the catalogue, from Parley's modules, the framework or the
 * database. Logs the failures that an operator has to know about.
 */
final class ProblemMapper {

    private static final Duration ISSUER_PAUSE = Duration.ofSeconds(5);

    private ProblemMapper() {}

    static ParleyException of(Throwable failure) {
        return switch (failure) {
            case ParleyException known -> logged(known);
            case ConstraintViolationException invalid -> invalid(invalid);
            case JsonProcessingException unreadable -> unreadable(unreadable);
            case WebApplicationException exception -> webProblem(exception);
            case AuthenticationFailedException exception ->
                    new ParleyException(ProblemCode.UNAUTHENTICATED);
            case UnauthorizedException exception ->
                    new ParleyException(ProblemCode.UNAUTHENTICATED);
            case ForbiddenException exception -> new ParleyException(ProblemCode.FORBIDDEN);
            case OIDCException unavailable -> issuerUnavailable(unavailable);
            default -> unexpected(failure);
        };
    }

    private static ParleyException logged(ParleyException known) {
        known.errorToLog().ifPresent(error -> Log.error(error, known));
        return known;
    }

    private static ParleyException invalid(ConstraintViolationException exception) {
        List<FieldError> errors =
                exception.getConstraintViolations().stream()
                        .map(violation ->
                                new FieldError(fieldOf(violation), violation.getMessage()))
                        .sorted(Comparator.comparing(FieldError::field))
                        .toList();
        boolean isTooLarge =
                exception.getConstraintViolations().stream().anyMatch(ProblemMapper::isAboutSize);
        return new InvalidRequest(
                isTooLarge ? ProblemCode.TOO_LARGE : ProblemCode.INVALID_REQUEST, errors);
    }

    private static boolean isAboutSize(ConstraintViolation<?> violation) {
        return violation.getConstraintDescriptor().getPayload().contains(TooLarge.class);
    }

    /** The path of the field as the caller wrote it, without the Java method and parameter. */
    private static String fieldOf(ConstraintViolation<?> violation) {
        String field =
                StreamSupport.stream(violation.getPropertyPath().spliterator(), false)
                        .filter(node -> node.getKind() == ElementKind.PROPERTY)
                        .map(Path.Node::getName)
                        .map(SnakeCase::of)
                        .collect(Collectors.joining("."));
        return field.isEmpty() ? "body" : field;
    }

    private static ParleyException unreadable(JsonProcessingException exception) {
        if (!(exception instanceof JsonMappingException mapping) || mapping.getPath().isEmpty()) {
            return new ParleyException(
                    ProblemCode.INVALID_REQUEST,
                    "The body is not the JSON that this path expects.");
        }
        String field =
                mapping.getPath().stream()
                        .map(reference ->
                                reference.getFieldName() == null
                                        ? "[" + reference.getIndex() + "]"
                                        : reference.getFieldName())
                        .collect(Collectors.joining("."));
        return new InvalidRequest(
                field,
                exception instanceof UnrecognizedPropertyException
                        ? "is not a known field"
                        : "has the wrong type or an invalid value");
    }

    private static ParleyException webProblem(WebApplicationException exception) {
        Optional<JsonProcessingException> unreadable =
                causeOf(exception, JsonProcessingException.class);
        return unreadable.isPresent()
                ? unreadable(unreadable.get())
                : ProblemCode.ofStatus(exception.getResponse().getStatus())
                        .map(ParleyException::new)
                        .orElseGet(() -> unexpected(exception));
    }

    /** Keys are fetched from an external issuer only. */
    private static ParleyException issuerUnavailable(OIDCException failure) {
        Log.warnf("Cannot fetch the keys of the external issuer: %s", failure.getMessage());
        return new ParleyException(
                ProblemCode.OVERLOADED,
                "The issuer of the token is unavailable, so the token cannot be verified. Try again"
                        + " later.",
                ISSUER_PAUSE);
    }

    private static ParleyException unexpected(Throwable failure) {
        Optional<SqlErrors> databaseError = SqlErrors.classify(failure);
        if (databaseError.isPresent()) {
            Log.warnf(failure, "A request failed because the database is %s", databaseError.get());
            return databaseProblem(databaseError.get());
        }
        if (isClosedConnection(failure)) {
            Log.debug("The client closed the connection before the end", failure);
            return new ParleyException(ProblemCode.INVALID_REQUEST, "The request is incomplete.");
        }
        if (SqlErrors.isMissingUser(failure)) {
            return new ParleyException(
                    ProblemCode.UNAUTHENTICATED, "The account was erased during the request.");
        }
        if (SqlErrors.isInvalidData(failure)) {
            Log.warn("A request contained a value that the database cannot store", failure);
            return new ParleyException(
                    ProblemCode.INVALID_REQUEST, "A value is too large or not storable.");
        }
        Log.error("A request failed unexpectedly", failure);
        return new ParleyException(ProblemCode.INTERNAL_ERROR);
    }

    private static ParleyException databaseProblem(SqlErrors error) {
        return switch (error) {
            case UNAVAILABLE -> new ParleyException(ProblemCode.DATABASE_UNAVAILABLE);
            case OVERLOADED ->
                    new ParleyException(
                            ProblemCode.OVERLOADED, "The database is overloaded. Try again later.");
        };
    }

    /** Whether the client has gone: while it was read, or when it was written to. */
    private static boolean isClosedConnection(Throwable failure) {
        return failure instanceof StreamingResponses.ClientGone
                || isCausedBy(failure, HttpClosedException.class)
                || isCausedBy(failure, ClosedChannelException.class);
    }

    private static boolean isCausedBy(Throwable failure, Class<? extends Throwable> kind) {
        return kind.isInstance(failure) || causeOf(failure, kind).isPresent();
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
