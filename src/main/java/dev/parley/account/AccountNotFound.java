package dev.parley.account;

/** There is no account of that name. */
public final class AccountNotFound extends RuntimeException {

    public AccountNotFound(String username) {
        super("There is no user called %s.".formatted(username), null, false, false);
    }
}
