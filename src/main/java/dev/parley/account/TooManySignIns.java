package dev.parley.account;

/** More passwords wait to be hashed than the process takes. */
public final class TooManySignIns extends RuntimeException {

    TooManySignIns() {
        super("Too many people are signing in just now.", null, false, false);
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
