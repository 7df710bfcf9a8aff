package dev.parley.account;

/** Nobody would be left who may administer. */
public final class LastAdmin extends RuntimeException {

    LastAdmin() {
        super(
                "This is the last administrator; make another one before this one goes.",
                null,
                false,
                false);
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
