package dev.parley.cli.terminal;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigValidationException;
import java.util.stream.Collectors;

/**
 * Describes a failure and its causes in one line: the first line of each message, and all mistakes
 * in the configuration. An exception often repeats the message of its cause; each message is
 * printed once.
 */
public final class FailureReason {

    /** The framework's message for every failed start. */
    private static final String NOT_BOOTED = "Failed to start quarkus";

    private FailureReason() {}

    /** The messages of the failure and of its causes, joined by colons. */
    public static String of(Throwable failure) {
        StringBuilder reason = new StringBuilder();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message =
                    cause instanceof ConfigurationException
                                    || cause instanceof ConfigValidationException
                            ? allLines(cause)
                            : firstLine(cause);
            if (!message.equals(NOT_BOOTED) && reason.indexOf(message) < 0) {
                reason.append(reason.isEmpty() ? "" : ": ").append(message);
            }
        }
        return reason.toString();
    }

    /** Each line names another mistake in the configuration. */
    private static String allLines(Throwable failure) {
        return String.valueOf(failure.getMessage())
                .lines()
                .map(String::strip)
                .collect(Collectors.joining(" "));
    }

    private static String firstLine(Throwable failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank()
                ? failure.getClass().getSimpleName()
                : message.strip().lines().findFirst().orElse("");
    }
}
