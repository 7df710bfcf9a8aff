package dev.parley.web;

import java.util.List;

/** A request that is refused for what one of its fields or parameters says. */
public final class InvalidRequest extends RuntimeException {

    private final List<Problem.FieldError> errors;

    public InvalidRequest(String field, String message) {
        super(field + " " + message + ".", null, false, false);
        this.errors = List.of(new Problem.FieldError(field, message));
    }

    String detail() {
        return String.valueOf(getMessage());
    }

    List<Problem.FieldError> errors() {
        return errors;
    }
}
