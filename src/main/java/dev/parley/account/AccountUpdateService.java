package dev.parley.account;

import dev.parley.platform.database.sql.SqlErrors;
import dev.parley.platform.identity.UserId;
import io.quarkus.security.UnauthorizedException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.Optional;

/** Updates a user's own account. No database connection is in use while passwords are hashed. */
@ApplicationScoped
public class AccountUpdateService {

    private final AccountService accounts;
    private final PasswordHasher passwords;

    AccountUpdateService(AccountService accounts, PasswordHasher passwords) {
        this.accounts = accounts;
        this.passwords = passwords;
    }

    /**
     * Verifies the current password and hashes the new password, if the update has a new password.
     *
     * @throws WrongPassword if the current password is wrong, or the account has no password
     * @throws TooManyLogins if too many passwords wait to be hashed
     */
    public Ready ready(UserId user, AccountUpdate update) {
        AccountService.Credentials credentials =
                accounts.credentials(user).orElseThrow(UnauthorizedException::new);
        return new Ready(
                user,
                update,
                update.password().map(passwordChange -> verifyAndHash(passwordChange, credentials)),
                credentials.passwordVersion());
    }

    /**
     * Saves the update. A new password makes all tokens invalid that were issued for the old
     * password.
     *
     * @throws WrongPassword if the password was changed in the meantime, or the account was deleted
     * @throws AccountAlreadyExists if another account has the name or the address
     */
    @Transactional
    public AccountView apply(Ready ready) {
        if (ready.update().isEmpty()) {
            return accounts.read(ready.user()).orElseThrow(UnauthorizedException::new);
        }
        try {
            return accounts.update(
                            ready.user(), ready.update(), ready.hash(), ready.verifiedVersion())
                    .orElseThrow(WrongPassword::new);
        } catch (RuntimeException failure) {
            throw SqlErrors.isUniqueViolation(failure) ? new AccountAlreadyExists() : failure;
        }
    }

    private String verifyAndHash(
            AccountUpdate.PasswordChange passwordChange, AccountService.Credentials credentials) {
        if (!passwords.matches(passwordChange.current(), credentials.passwordHash())) {
            throw new WrongPassword();
        }
        return passwords.hash(passwordChange.next());
    }

    /** An update with verified and hashed passwords, ready to be saved. */
    public static final class Ready {

        private final UserId user;
        private final AccountUpdate update;
        private final Optional<String> hash;
        private final int verifiedVersion;

        private Ready(
                UserId user, AccountUpdate update, Optional<String> hash, int verifiedVersion) {
            this.user = user;
            this.update = update;
            this.hash = hash;
            this.verifiedVersion = verifiedVersion;
        }

        UserId user() {
            return user;
        }

        AccountUpdate update() {
            return update;
        }

        Optional<String> hash() {
            return hash;
        }

        int verifiedVersion() {
            return verifiedVersion;
        }
    }
}
