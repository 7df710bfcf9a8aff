package dev.parley.account;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Gives a token to a caller with the right password. */
@ApplicationScoped
public class SignIn {

    private final UserAccounts accounts;
    private final Passwords passwords;
    private final Tokens tokens;

    SignIn(UserAccounts accounts, Passwords passwords, Tokens tokens) {
        this.accounts = accounts;
        this.passwords = passwords;
        this.tokens = tokens;
    }

    /**
     * Takes as long for an unknown name as for a wrong password.
     *
     * @throws SignInRefused where the name or the password is wrong
     * @throws TooManySignIns where too many passwords wait to be hashed
     */
    public AccessToken signIn(String username, String password) {
        Optional<UserAccounts.Credentials> known = accounts.credentials(username);
        @Nullable String hash = known.map(UserAccounts.Credentials::passwordHash).orElse(null);
        boolean matches = passwords.matches(password, hash);
        return known.filter(credentials -> matches)
                .map(tokens::issue)
                .orElseThrow(SignInRefused::new);
    }
}
