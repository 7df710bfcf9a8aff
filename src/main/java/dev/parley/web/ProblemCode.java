package dev.parley.web;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The one catalogue of problems. A code, once published, keeps its meaning. */
@RegisterForReflection // told as JSON, by hand
public enum ProblemCode {
    INVALID_REQUEST(400, "The request is not valid"),
    UNAUTHENTICATED(401, "Sign in first"),
    FORBIDDEN(403, "Not allowed"),
    NOT_FOUND(404, "Not found"),
    METHOD_NOT_ALLOWED(405, "Method not allowed"),
    NOT_ACCEPTABLE(406, "No such representation"),
    CONVERSATION_BUSY(409, "The conversation is busy"),
    ALREADY_EXISTS(409, "Already exists"),
    LAST_ADMIN(409, "The last administrator stays"),
    TURN_CANCELLED(409, "The turn was cancelled"),
    VERSION_CONFLICT(412, "It has changed meanwhile"),
    TOO_LARGE(413, "Too large"),
    UNSUPPORTED_MEDIA_TYPE(415, "Unsupported media type"),
    IDEMPOTENCY_KEY_REUSED(422, "The idempotency key was used for another request"),
    PRECONDITION_REQUIRED(428, "A precondition is required"),
    RATE_LIMITED(429, "Too many requests"),
    QUOTA_EXHAUSTED(429, "The month's queries are used up"),
    INTERNAL_ERROR(500, "Something broke"),
    AGENT_FAILED(502, "The agent failed"),
    AGENT_UNAVAILABLE(503, "The agent is unavailable"),
    OVERLOADED(503, "Overloaded"),
    DATABASE_UNAVAILABLE(503, "The database is unavailable"),
    TURN_INTERRUPTED(503, "The turn was interrupted"),
    AGENT_TIMEOUT(504, "The agent took too long");

    private final int status;
    private final String title;

    ProblemCode(int status, String title) {
        this.status = status;
        this.title = title;
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

    /** Whether a caller must be told when to come again. */
    public boolean saysWhenToRetry() {
        return status == 429 || status == 503;
    }

    public static Optional<ProblemCode> of(String code) {
        return Arrays.stream(values()).filter(known -> known.code().equals(code)).findFirst();
    }
}
