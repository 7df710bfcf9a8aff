package dev.parley.account;

import dev.parley.platform.identity.Roles;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an operator does with accounts from the command line. No current password is asked for: the
 * operator can read the database too.
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
     * Adds an account. Its name, address and password have been looked at before.
     *
     * @throws AccountAlreadyExists where the name or the address is taken, in whatever case it is
     *     written
     */
    public AccountView add(
            String username, Optional<String> email, String password, boolean administers) {
        List<String> roles = new ArrayList<>(List.of(Roles.USER));
        if (administers) {
            roles.add(Roles.ADMIN);
        }
        return accounts.add(username, email, passwords.hash(password), roles);
    }

    /**
     * Gives an account a new password, which ends all tokens that were given for the old one.
     *
     * @throws AccountNotFound where there is none of that name
     * @throws NoPassword where it is an external issuer that vouches for the user
     */
    public AccountView setPassword(String username, String password) {
        String hash = passwords.hash(password);
        return accounts.replacePassword(username, hash);
    }

    /**
     * Makes an account an administrator's; an administrator stays one.
     *
     * @throws AccountNotFound where there is none of that name
     */
    public AccountView promote(String username) {
        return accounts.promote(username);
    }
}
