package dev.parley.platform.problem;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A request cannot be done, and the caller is told why. Each refusal is a subclass that says what
 * happened: it passes its code and a sentence for people, which is also the exception's message,
 * and overrides what else the caller is told.
 */
public class ParleyException extends RuntimeException {

    private static final Duration SOON = Duration.ofSeconds(1);

    private final ProblemCode code;
    private final Duration retryAfter;

    /** With the sentence of the catalogue. */
    public ParleyException(ProblemCode code) {
        this(code, code.detail());
    }

    public ParleyException(ProblemCode code, String detail) {
        this(code, detail, SOON);
    }

    /** A refusal: nothing broke, so that it costs no stack trace. */
    public ParleyException(ProblemCode code, String detail, Duration retryAfter) {
        super(detail, null, false, false);
        this.code = code;
        this.retryAfter = retryAfter;
    }

    /** A failure: the log needs to know where it happened, and by what. */
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

    /** When it is worth trying again. The caller is told if the code says when to retry. */
    public Duration retryAfter() {
        return retryAfter;
    }

    /** What is wrong with which field. */
    public List<FieldError> errors() {
        return List.of();
    }

    /** The turn that was opened before the request failed. */
    public Optional<UUID> turnId() {
        return Optional.empty();
    }

    /** The conversation of that turn. */
    public Optional<UUID> conversationId() {
        return Optional.empty();
    }

    /** What is logged as an error when a caller is told; empty where an operator need not know. */
    public Optional<String> errorToLog() {
        return Optional.empty();
    }
}
