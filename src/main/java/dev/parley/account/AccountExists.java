package dev.parley.account;

/** The name or the address is taken. */
public final class AccountExists extends RuntimeException {

    AccountExists() {
        super("An account with this username or email exists already.", null, false, false);
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
