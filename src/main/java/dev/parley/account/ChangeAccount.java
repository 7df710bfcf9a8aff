package dev.parley.account;

import dev.parley.database.DatabaseTrouble;
import dev.parley.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** Changes a user's own account. No connection is held while passwords are hashed. */
@ApplicationScoped
public class ChangeAccount {

    private final UserAccounts accounts;
    private final Passwords passwords;

    ChangeAccount(UserAccounts accounts, Passwords passwords) {
        this.accounts = accounts;
        this.passwords = passwords;
    }

    /**
     * A new password ends all tokens that were given for the old one.
     *
     * @throws WrongPassword where the current password is another, or the account has none
     * @throws AccountExists where the name or the address is somebody else's
     * @throws TooManySignIns where too many passwords wait to be hashed
     */
    public AccountView change(UserId user, AccountChange change) {
        UserAccounts.Credentials known = accounts.credentials(user).orElseThrow(WrongPassword::new);
        Optional<String> hash = change.password().map(wanted -> hashed(wanted, known));
        try {
            return accounts.change(user, change, hash, known.passwordVersion())
                    .orElseThrow(WrongPassword::new);
        } catch (RuntimeException failure) {
            if (DatabaseTrouble.isDuplicate(failure)) {
                throw new AccountExists();
            }
            throw failure;
        }
    }

    private String hashed(AccountChange.NewPassword wanted, UserAccounts.Credentials known) {
        if (!passwords.matches(wanted.current(), known.passwordHash())) {
            throw new WrongPassword();
        }
        return passwords.hash(wanted.next());
    }
}
