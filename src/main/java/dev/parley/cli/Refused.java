package dev.parley.cli;

/** A command cannot do what it was told; the message says what to do. */
final class Refused extends RuntimeException {

    Refused(String message) {
        super(message, null, false, false);
    }

    String detail() {
        return String.valueOf(getMessage());
    }
}
