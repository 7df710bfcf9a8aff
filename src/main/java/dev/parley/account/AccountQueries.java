package dev.parley.account;

import dev.parley.platform.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/** Reads accounts. */
@ApplicationScoped
public class AccountQueries {

    private final AccountService accounts;

    AccountQueries(AccountService accounts) {
        this.accounts = accounts;
    }

    /** Empty if the account was deleted after its token was verified. */
    public Optional<AccountView> read(UserId id) {
        return accounts.read(id);
    }

    /** The account with this name, ignoring case. */
    public Optional<AccountView> named(String username) {
        return accounts.named(username);
    }

    /**
     * All accounts, newest first.
     *
     * @param before only accounts that were created before this account
     */
    public List<AccountView> list(Optional<UserId> before, int limit) {
        return accounts.list(before, limit);
    }
}
