package dev.parley.account;

import dev.parley.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** Tells an account what is known of it. */
@ApplicationScoped
public class ReadAccount {

    private final UserAccounts accounts;

    ReadAccount(UserAccounts accounts) {
        this.accounts = accounts;
    }

    /** Empty where the account has gone since its token was looked at. */
    public Optional<AccountView> read(UserId id) {
        return accounts.read(id);
    }
}
