package dev.parley.platform.problem;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A request that fails with a problem for the caller. Each kind of failure is a subclass: it passes
 * the code of the problem and a sentence for people, which is also the exception's message, and
 * overrides the methods for further members of the problem.
 */
public class ParleyException extends RuntimeException {

    private static final Duration DEFAULT_RETRY_AFTER = Duration.ofSeconds(1);

    private final ProblemCode code;
    private final Duration retryAfter;

    /** Uses the default detail of the code. */
    public ParleyException(ProblemCode code) {
        this(code, code.detail());
    }

    public ParleyException(ProblemCode code, String detail) {
        this(code, detail, DEFAULT_RETRY_AFTER);
    }

    /** For a rejected request: nothing is broken, so there is no stack trace. */
    public ParleyException(ProblemCode code, String detail, Duration retryAfter) {
        super(detail, null, false, false);
        this.code = code;
        this.retryAfter = retryAfter;
    }

    /** For a failure: has a stack trace and a cause for the log. */
    protected ParleyException(
            ProblemCode code, String detail, Duration retryAfter, @Nullable Throwable cause) {
        super(detail, cause);
        this.code = code;
        this.retryAfter = retryAfter;
    }

    public ProblemCode code() {
        return code;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }

    /**
     * How long to wait before a retry. Empty if a retry would fail again, or is not the client's
     * decision by the code, see {@link ProblemCode#saysWhenToRetry}.
     */
    public Optional<Duration> retryAfter() {
        return Optional.of(retryAfter).filter(_ -> code.saysWhenToRetry());
    }

    /** The invalid fields of the request. */
    public List<FieldError> errors() {
        return List.of();
    }

    /** The turn that was opened before the request failed. */
    public Optional<UUID> turnId() {
        return Optional.empty();
    }

    /** The conversation of the turn. */
    public Optional<UUID> conversationId() {
        return Optional.empty();
    }

    /** The message to log as an error; empty if an operator need not know of the failure. */
    public Optional<String> errorToLog() {
        return Optional.empty();
    }
}
