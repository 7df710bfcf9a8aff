package dev.parley.web;

/** A request that must tell what it takes for granted (RFC 6585, 3). */
public final class PreconditionRequired extends RuntimeException {

    public PreconditionRequired(String header) {
        super(
                "The header %s must tell the version that was read.".formatted(header),
                null,
                false,
                false);
    }

    String detail() {
        return String.valueOf(getMessage());
    }
}
