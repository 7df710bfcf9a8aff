package dev.parley.account;

/** The password that was shown as the current one is not. */
public final class WrongPassword extends RuntimeException {

    WrongPassword() {
        super("The current password is another one.", null, false, false);
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
