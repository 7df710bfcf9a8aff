package dev.parley.platform.problem;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The one catalogue of problems. A code, once published, keeps its meaning. */
@RegisterForReflection // told as JSON, by hand
public enum ProblemCode {
    INVALID_REQUEST(400, "The request is not valid", "The request could not be read."),
    UNAUTHENTICATED(401, "Sign in first", "A valid token is needed: Authorization: Bearer ..."),
    FORBIDDEN(403, "Not allowed", "Your account may not do this."),
    NOT_FOUND(404, "Not found", "There is nothing at this path."),
    METHOD_NOT_ALLOWED(405, "Method not allowed", "This path does not take that method."),
    NOT_ACCEPTABLE(406, "No such representation", "This path answers with application/json."),
    CONVERSATION_BUSY(
            409, "The conversation is busy", "Another turn is running in the conversation."),
    ALREADY_EXISTS(409, "Already exists", "An account with this username or email exists already."),
    LAST_ADMIN(
            409,
            "The last administrator stays",
            "This is the last administrator; make another one before this one goes."),
    TURN_CANCELLED(409, "The turn was cancelled", "The turn was cancelled."),
    VERSION_CONFLICT(
            412, "It has changed meanwhile", "It has another version by now; read it again."),
    TOO_LARGE(413, "Too large", "The request is too large."),
    UNSUPPORTED_MEDIA_TYPE(415, "Unsupported media type", "This path takes application/json."),
    IDEMPOTENCY_KEY_REUSED(
            422,
            "The idempotency key was used for another request",
            "The Idempotency-Key was used for a request with another body; use a new key for a new"
                    + " request."),
    PRECONDITION_REQUIRED(
            428, "A precondition is required", "The request must tell the version that was read."),
    RATE_LIMITED(429, "Too many requests", "Too many requests in too short a time."),
    QUOTA_EXHAUSTED(429, "The month's queries are used up", "All queries of the month are used."),
    INTERNAL_ERROR(500, "Something broke", "Something broke on our side; it has been logged."),
    AGENT_FAILED(502, "The agent failed", "The agent gave no usable answer."),
    AGENT_UNAVAILABLE(503, "The agent is unavailable", "The agent cannot be reached just now."),
    OVERLOADED(503, "Overloaded", "There is no room for another request just now."),
    DATABASE_UNAVAILABLE(
            503, "The database is unavailable", "The database cannot be reached just now."),
    TURN_INTERRUPTED(503, "The turn was interrupted", "The turn was interrupted."),
    AGENT_TIMEOUT(504, "The agent took too long", "The agent did not answer in time.");

    private final int status;
    private final String title;
    private final String detail;

    ProblemCode(int status, String title, String detail) {
        this.status = status;
        this.title = title;
        this.detail = detail;
    }

    /** As the wire spells it. */
    @JsonValue
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The HTTP status (RFC 9110) that goes with it. */
    public int status() {
        return status;
    }

    public String title() {
        return title;
    }

    /** What a caller is told where nobody can say anything more precise. */
    public String detail() {
        return detail;
    }

    /** Whether a caller must be told when to come again. */
    public boolean saysWhenToRetry() {
        return status == 429 || status == 503;
    }

    public static Optional<ProblemCode> of(String code) {
        return Arrays.stream(values()).filter(known -> known.code().equals(code)).findFirst();
    }

    /** What a status means that the framework or the server gives by itself. */
    public static Optional<ProblemCode> ofStatus(int status) {
        return Stream.of(
                        INVALID_REQUEST,
                        UNAUTHENTICATED,
                        FORBIDDEN,
                        NOT_FOUND,
                        METHOD_NOT_ALLOWED,
                        NOT_ACCEPTABLE,
                        TOO_LARGE,
                        UNSUPPORTED_MEDIA_TYPE)
                .filter(code -> code.status == status)
                .findFirst();
    }
}
