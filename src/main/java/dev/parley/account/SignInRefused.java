package dev.parley.account;

/** The name or the password is wrong; which of them is not told. */
public final class SignInRefused extends RuntimeException {

    SignInRefused() {
        super("The username or the password is wrong.", null, false, false);
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
