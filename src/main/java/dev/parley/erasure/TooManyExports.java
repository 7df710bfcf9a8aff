package dev.parley.erasure;

/** As many exports as this process writes at once are being written. */
public final class TooManyExports extends RuntimeException {

    TooManyExports() {
        super("Too many exports are being written just now.", null, false, false);
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
