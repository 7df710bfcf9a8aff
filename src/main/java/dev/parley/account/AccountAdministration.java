package dev.parley.account;

import dev.parley.platform.identity.Roles;
import dev.parley.platform.identity.UserId;
import dev.parley.userdata.UserActivity;
import io.quarkus.arc.All;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Account operations for administrators and for the operator's command line. They do not ask for
 * the current password: an operator has access to the database anyway.
 */
@ApplicationScoped
public class AccountAdministration {

    private final AccountService accounts;
    private final PasswordHasher passwords;
    private final List<UserActivity> activities;

    AccountAdministration(
            AccountService accounts, PasswordHasher passwords, @All List<UserActivity> activities) {
        this.accounts = accounts;
        this.passwords = passwords;
        this.activities = activities;
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
     * Disables an account: it signs in nowhere, its tokens end at once, and its running turns are
     * cancelled. Its data stay.
     *
     * @throws AccountNotFound if there is no such account
     * @throws LastAdmin if no other administrator is enabled
     */
    public AccountView disable(UserId user) {
        AccountView disabled = accounts.setDisabled(user, true);
        activities.forEach(activity -> activity.stop(user));
        return disabled;
    }

    /**
     * Enables a disabled account. Its old tokens stay invalid.
     *
     * @throws AccountNotFound if there is no such account
     */
    public AccountView enable(UserId user) {
        return accounts.setDisabled(user, false);
    }

    /**
     * Ends all tokens that Parley has issued for an account. Tokens of an external issuer end at
     * the issuer.
     *
     * @throws AccountNotFound if there is no such account
     */
    public AccountView endTokens(UserId user) {
        return accounts.endTokens(user);
    }

    /**
     * Makes the user an administrator; no change if the user is an administrator.
     *
     * @throws AccountNotFound if there is no such account
     */
    public AccountView promote(UserId user) {
        return accounts.promote(user);
    }
}
