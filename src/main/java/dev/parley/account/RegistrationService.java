package dev.parley.account;

import dev.parley.platform.identity.Roles;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/** Registers accounts. */
@ApplicationScoped
public class RegistrationService {

    private final AccountService accounts;
    private final PasswordHasher passwords;

    RegistrationService(AccountService accounts, PasswordHasher passwords) {
        this.accounts = accounts;
        this.passwords = passwords;
    }

    /**
     * Registers an account. The password is hashed before the transaction begins, so that no
     * database connection is in use during the slow hashing.
     *
     * @throws AccountAlreadyExists if the name or the address is taken, ignoring case
     * @throws TooManyLogins if too many passwords wait to be hashed
     */
    public AccountView register(Registration registration) {
        String hash = passwords.hash(registration.password());
        return accounts.add(
                registration.username(),
                Optional.of(registration.email()),
                hash,
                List.of(Roles.USER));
    }
}
