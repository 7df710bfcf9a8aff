package dev.parley.account;

import dev.parley.platform.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/** Tells an account what is known of it. */
@ApplicationScoped
public class AccountQueries {

    private final AccountService accounts;

    AccountQueries(AccountService accounts) {
        this.accounts = accounts;
    }

    /** Empty where the account has gone since its token was looked at. */
    public Optional<AccountView> read(UserId id) {
        return accounts.read(id);
    }

    /** By name, however it is spelt. */
    public Optional<AccountView> named(String username) {
        return accounts.named(username);
    }

    /**
     * All accounts, newest first.
     *
     * @param before only accounts that were made before this one
     */
    public List<AccountView> list(Optional<UserId> before, int most) {
        return accounts.list(before, most);
    }
}
