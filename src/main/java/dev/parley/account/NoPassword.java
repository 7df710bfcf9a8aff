package dev.parley.account;

/** The account signs in with an external issuer, and has no password to be changed. */
public final class NoPassword extends RuntimeException {

    NoPassword(String username) {
        super(
                "%s signs in with an external issuer and has no password here.".formatted(username),
                null,
                false,
                false);
    }
}
