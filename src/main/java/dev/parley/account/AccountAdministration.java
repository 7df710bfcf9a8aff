package dev.parley.account;

import dev.parley.platform.identity.Roles;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Account operations for the operator's command line. They do not ask for the current password: an
 * operator has access to the database anyway.
 */
@ApplicationScoped
public class AccountAdministration {

    private final AccountService accounts;
    private final PasswordHasher passwords;

    AccountAdministration(AccountService accounts, PasswordHasher passwords) {
        this.accounts = accounts;
        this.passwords = passwords;
    }

    /**
     * Adds an account. The caller has validated the name, the address and the password.
     *
     * @throws AccountAlreadyExists if the name or the address is taken, ignoring case
     */
    public AccountView add(
            String username, Optional<String> email, String password, boolean isAdmin) {
        List<String> roles = new ArrayList<>(List.of(Roles.USER));
        if (isAdmin) {
            roles.add(Roles.ADMIN);
        }
        return accounts.add(username, email, passwords.hash(password), roles);
    }

    /**
     * Gives an account a new password. All tokens that were issued for the old password become
     * invalid.
     *
     * @throws AccountNotFound if no account has this name
     * @throws NoPassword if the user logs in with an external issuer
     */
    public AccountView setPassword(String username, String password) {
        String hash = passwords.hash(password);
        return accounts.replacePassword(username, hash);
    }

    /**
     * Makes the user an administrator; no change if the user is an administrator.
     *
     * @throws AccountNotFound if no account has this name
     */
    public AccountView promote(String username) {
        return accounts.promote(username);
    }
}
