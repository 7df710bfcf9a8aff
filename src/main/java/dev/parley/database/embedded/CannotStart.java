package dev.parley.database.embedded;

import org.jspecify.annotations.Nullable;

/** The embedded database cannot be had; the message says what to do. */
public class CannotStart extends RuntimeException {

    CannotStart(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
