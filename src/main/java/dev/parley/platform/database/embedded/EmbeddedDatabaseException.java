package dev.parley.platform.database.embedded;

import org.jspecify.annotations.Nullable;

/** The embedded database cannot be started or reached; the message says what to do. */
public class EmbeddedDatabaseException extends RuntimeException {

    EmbeddedDatabaseException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
