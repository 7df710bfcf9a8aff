package dev.parley.account;

import dev.parley.platform.identity.Roles;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/** Makes accounts. */
@ApplicationScoped
public class RegistrationService {

    private final AccountService accounts;
    private final PasswordHasher passwords;

    RegistrationService(AccountService accounts, PasswordHasher passwords) {
        this.accounts = accounts;
        this.passwords = passwords;
    }

    /**
     * The password is hashed before the transaction begins: hashing takes a while, and nothing is
     * held meanwhile.
     *
     * @throws AccountAlreadyExists where the name or the address is taken, in whatever case it is
     *     written
     * @throws TooManyLogins where too many passwords wait to be hashed
     */
    public AccountView register(Registration wanted) {
        String hash = passwords.hash(wanted.password());
        return accounts.add(
                wanted.username(), Optional.of(wanted.email()), hash, List.of(Roles.USER));
    }
}
