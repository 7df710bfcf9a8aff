package dev.parley.platform.problem;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The catalogue of problems. A published code keeps its meaning. */
@RegisterForReflection // serialized by code, not by a resource
public enum ProblemCode {
    INVALID_REQUEST(400, "The request is not valid", "The request could not be read."),
    UNAUTHENTICATED(
            401, "Authentication required", "Send a valid token: Authorization: Bearer ..."),
    FORBIDDEN(403, "Not allowed", "Your account is not allowed to do this."),
    ACCOUNT_DISABLED(403, "The account is disabled", "An administrator has disabled this account."),
    REGISTRATION_CLOSED(
            403,
            "Registration is closed",
            "Accounts are made by the administrators of this service."),
    INVITATION_REQUIRED(
            403,
            "An invitation is required",
            "The registration needs an invitation that is open; ask an administrator for one."),
    SUMMARIES_OFF(403, "Summaries are off", "This service writes no summaries of conversations."),
    NOT_FOUND(404, "Not found", "Nothing was found at this path."),
    METHOD_NOT_ALLOWED(405, "Method not allowed", "This path does not support the method."),
    NOT_ACCEPTABLE(406, "Not acceptable", "This path returns application/json only."),
    REQUEST_TIMEOUT(
            408, "The request took too long", "The request did not arrive in time; send it again."),
    CONVERSATION_BUSY(
            409, "The conversation is busy", "Another turn is running in the conversation."),
    CONVERSATION_WAITING(
            409,
            "The conversation waits for an approval",
            "The turn before waits for a person to approve or deny a tool call."),
    ALREADY_EXISTS(409, "Already exists", "An account with this username or email exists already."),
    ALREADY_DECIDED(
            409,
            "The call was already decided",
            "Somebody has decided about the call before, and otherwise."),
    LAST_ADMIN(
            409,
            "The last administrator cannot be removed",
            "This is the last administrator; make another account an administrator first."),
    LIMIT_REACHED(
            409,
            "The account's limit is reached",
            "The account may have no more of these. Delete some before you add more."),
    TURN_CANCELLED(409, "The turn was cancelled", "The turn was cancelled."),
    TURN_REMOVED(
            409,
            "The turn was removed from the queue",
            "The turn was removed from the queue before it started."),
    TURN_NOT_QUEUED(
            409,
            "The turn is not queued",
            "The turn has started or ended; only a queued turn can be removed or edited."),
    APPROVAL_EXPIRED(
            410,
            "The approval has expired",
            "Nobody decided in time; the turn goes on without the call."),
    VERSION_CONFLICT(
            412,
            "The resource has changed",
            "The resource has a newer version; read it again before you change it."),
    TOO_LARGE(413, "Too large", "The request is too large."),
    URI_TOO_LONG(414, "The address is too long", "The address of the request is too long."),
    UNSUPPORTED_MEDIA_TYPE(
            415, "Unsupported media type", "This path accepts application/json only."),
    IDEMPOTENCY_KEY_REUSED(
            422,
            "The idempotency key was used for another request",
            "The Idempotency-Key was used for a request with another body; use a new key for a new"
                    + " request."),
    PRECONDITION_REQUIRED(
            428, "A precondition is required", "The request must state the version that was read."),
    HEADERS_TOO_LARGE(
            431, "The headers are too large", "The headers of the request are too large."),
    RATE_LIMITED(429, "Too many requests", "Too many requests in a short time. Try again later."),
    QUOTA_EXHAUSTED(429, "The monthly quota is used up", "All queries of this month are used."),
    INTERNAL_ERROR(500, "Internal error", "An internal error occurred; it has been logged."),
    AGENT_FAILED(502, "The agent failed", "The agent returned no usable reply."),
    AGENT_UNAVAILABLE(
            503, "The agent is unavailable", "The agent is unavailable. Try again later."),
    OVERLOADED(503, "Overloaded", "The server is overloaded. Try again later."),
    DATABASE_UNAVAILABLE(
            503, "The database is unavailable", "The database is unavailable. Try again later."),
    TURN_INTERRUPTED(503, "The turn was interrupted", "The turn was interrupted."),
    AGENT_TIMEOUT(504, "The agent took too long", "The agent did not reply in time.");

    private final int status;
    private final String title;
    private final String detail;

    ProblemCode(int status, String title, String detail) {
        this.status = status;
        this.title = title;
        this.detail = detail;
    }

    /** The code in JSON. */
    @JsonValue
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The HTTP status (RFC 9110) of the problem. */
    public int status() {
        return status;
    }

    public String title() {
        return title;
    }

    /** The default detail, if the failure has no more precise one. */
    public String detail() {
        return detail;
    }

    /**
     * Whether the response has {@code Retry-After}, unless a repeated request would fail again,
     * such as that of a turn that has ended.
     */
    public boolean saysWhenToRetry() {
        return status == 429 || status == 503;
    }

    public static Optional<ProblemCode> of(String code) {
        return Arrays.stream(values()).filter(known -> known.code().equals(code)).findFirst();
    }

    /** The problem for a status that the framework or the server returns on its own. */
    public static Optional<ProblemCode> ofStatus(int status) {
        return Stream.of(
                        INVALID_REQUEST,
                        UNAUTHENTICATED,
                        FORBIDDEN,
                        NOT_FOUND,
                        METHOD_NOT_ALLOWED,
                        NOT_ACCEPTABLE,
                        REQUEST_TIMEOUT,
                        TOO_LARGE,
                        URI_TOO_LONG,
                        UNSUPPORTED_MEDIA_TYPE,
                        HEADERS_TOO_LARGE,
                        OVERLOADED)
                .filter(code -> code.status == status)
                .findFirst();
    }
}
