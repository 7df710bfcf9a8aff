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
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Puts every failure into the words of the catalogue, whoever noticed it: a module of ours, the
 * framework or the database. Logs those that an operator has to know.
 */
final class ProblemMapper {

    private static final Duration ISSUER_PAUSE = Duration.ofSeconds(5);

    private ProblemMapper() {}

    static ParleyException of(Throwable failure) {
        return switch (failure) {
            case ParleyException known -> logged(known);
            case ConstraintViolationException invalid -> invalid(invalid);
            case JsonProcessingException unreadable -> unreadable(unreadable);
            case WebApplicationException refusal -> refused(refusal);
            case AuthenticationFailedException refusal ->
                    new ParleyException(ProblemCode.UNAUTHENTICATED);
            case UnauthorizedException refusal -> new ParleyException(ProblemCode.UNAUTHENTICATED);
            case ForbiddenException refusal -> new ParleyException(ProblemCode.FORBIDDEN);
            case OIDCException away -> issuerAway(away);
            default -> broken(failure);
        };
    }

    private static ParleyException logged(ParleyException known) {
        known.errorToLog().ifPresent(error -> Log.error(error, known));
        return known;
    }

    private static ParleyException invalid(ConstraintViolationException refusal) {
        List<FieldError> errors =
                refusal.getConstraintViolations().stream()
                        .map(violation ->
                                new FieldError(fieldOf(violation), violation.getMessage()))
                        .sorted(Comparator.comparing(FieldError::field))
                        .toList();
        boolean isTooLarge =
                refusal.getConstraintViolations().stream().anyMatch(ProblemMapper::isAboutSize);
        return new InvalidRequest(
                isTooLarge ? ProblemCode.TOO_LARGE : ProblemCode.INVALID_REQUEST, errors);
    }

    private static boolean isAboutSize(ConstraintViolation<?> violation) {
        return violation.getConstraintDescriptor().getPayload().contains(TooLarge.class);
    }

    /** The path without the method and its parameter: what the caller wrote. */
    private static String fieldOf(ConstraintViolation<?> violation) {
        String field =
                StreamSupport.stream(violation.getPropertyPath().spliterator(), false)
                        .filter(node -> node.getKind() == ElementKind.PROPERTY)
                        .map(Path.Node::getName)
                        .map(SnakeCase::of)
                        .collect(Collectors.joining("."));
        return field.isEmpty() ? "body" : field;
    }

    private static ParleyException unreadable(JsonProcessingException refusal) {
        if (!(refusal instanceof JsonMappingException mapping) || mapping.getPath().isEmpty()) {
            return new ParleyException(
                    ProblemCode.INVALID_REQUEST, "The body is not the JSON that is expected here.");
        }
        String field =
                mapping.getPath().stream()
                        .map(step ->
                                step.getFieldName() == null
                                        ? "[" + step.getIndex() + "]"
                                        : step.getFieldName())
                        .collect(Collectors.joining("."));
        return new InvalidRequest(
                field,
                refusal instanceof UnrecognizedPropertyException
                        ? "is not known here"
                        : "is not of the expected type or value");
    }

    private static ParleyException refused(WebApplicationException refusal) {
        Optional<JsonProcessingException> unreadable =
                causeOf(refusal, JsonProcessingException.class);
        return unreadable.isPresent()
                ? unreadable(unreadable.get())
                : ProblemCode.ofStatus(refusal.getResponse().getStatus())
                        .map(ParleyException::new)
                        .orElseGet(() -> broken(refusal));
    }

    /** Only an external issuer is ever asked for its keys. */
    private static ParleyException issuerAway(OIDCException failure) {
        Log.warnf("The external issuer cannot be asked for its keys: %s", failure.getMessage());
        return new ParleyException(
                ProblemCode.OVERLOADED,
                "The issuer of this token cannot be asked just now whether it is valid.",
                ISSUER_PAUSE);
    }

    private static ParleyException broken(Throwable failure) {
        Optional<SqlErrors> trouble = SqlErrors.classify(failure);
        if (trouble.isPresent()) {
            Log.warnf(failure, "A request was refused since the database is %s", trouble.get());
            return inTrouble(trouble.get());
        }
        if (failure instanceof StreamingResponses.ClientGone
                || failure instanceof HttpClosedException
                || causeOf(failure, HttpClosedException.class).isPresent()) {
            Log.debug("A client went away in the middle", failure);
            return new ParleyException(
                    ProblemCode.INVALID_REQUEST, "The request ended in the middle.");
        }
        if (SqlErrors.isMissingUser(failure)) {
            return new ParleyException(
                    ProblemCode.UNAUTHENTICATED, "The account was erased at this very moment.");
        }
        if (SqlErrors.isInvalidData(failure)) {
            Log.warn("A request had a value that the database cannot keep", failure);
            return new ParleyException(
                    ProblemCode.INVALID_REQUEST, "Some value is beyond what can be kept.");
        }
        Log.error("A request broke", failure);
        return new ParleyException(ProblemCode.INTERNAL_ERROR);
    }

    private static ParleyException inTrouble(SqlErrors trouble) {
        return switch (trouble) {
            case UNAVAILABLE -> new ParleyException(ProblemCode.DATABASE_UNAVAILABLE);
            case OVERLOADED ->
                    new ParleyException(
                            ProblemCode.OVERLOADED,
                            "The database has no room for another request just now.");
        };
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
