package dev.parley.account;

import dev.parley.platform.database.sql.SqlErrors;
import dev.parley.platform.identity.UserId;
import io.quarkus.security.UnauthorizedException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.Optional;

/** Changes a user's own account. No connection is held while passwords are hashed. */
@ApplicationScoped
public class AccountUpdateService {

    private final AccountService accounts;
    private final PasswordHasher passwords;

    AccountUpdateService(AccountService accounts, PasswordHasher passwords) {
        this.accounts = accounts;
        this.passwords = passwords;
    }

    /**
     * Looks at the current password and hashes the new one, where there is one.
     *
     * @throws WrongPassword where the current password is another, or the account has none
     * @throws TooManyLogins where too many passwords wait to be hashed
     */
    public Ready ready(UserId user, AccountUpdate change) {
        AccountService.Credentials known =
                accounts.credentials(user).orElseThrow(UnauthorizedException::new);
        return new Ready(
                user,
                change,
                change.password().map(wanted -> hashed(wanted, known)),
                known.passwordVersion());
    }

    /**
     * Writes it down. A new password ends all tokens that were given for the old one.
     *
     * @throws WrongPassword where the password was changed meanwhile, or the account has gone
     * @throws AccountAlreadyExists where the name or the address is somebody else's
     */
    @Transactional
    public AccountView apply(Ready ready) {
        if (ready.change().isEmpty()) {
            return accounts.read(ready.user()).orElseThrow(UnauthorizedException::new);
        }
        try {
            return accounts.change(ready.user(), ready.change(), ready.hash(), ready.fromPassword())
                    .orElseThrow(WrongPassword::new);
        } catch (RuntimeException failure) {
            throw SqlErrors.isUniqueViolation(failure) ? new AccountAlreadyExists() : failure;
        }
    }

    private String hashed(AccountUpdate.PasswordChange wanted, AccountService.Credentials known) {
        if (!passwords.matches(wanted.current(), known.passwordHash())) {
            throw new WrongPassword();
        }
        return passwords.hash(wanted.next());
    }

    /** A change that needs nothing more but to be written down. */
    public static final class Ready {

        private final UserId user;
        private final AccountUpdate change;
        private final Optional<String> hash;
        private final int fromPassword;

        private Ready(UserId user, AccountUpdate change, Optional<String> hash, int fromPassword) {
            this.user = user;
            this.change = change;
            this.hash = hash;
            this.fromPassword = fromPassword;
        }

        UserId user() {
            return user;
        }

        AccountUpdate change() {
            return change;
        }

        Optional<String> hash() {
            return hash;
        }

        int fromPassword() {
            return fromPassword;
        }
    }
}
