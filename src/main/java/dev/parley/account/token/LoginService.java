package dev.parley.account.token;

import dev.parley.account.AccountService;
import dev.parley.account.PasswordHasher;
import dev.parley.account.TooManyLogins;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Gives a token to a caller with the right password. */
@ApplicationScoped
public class LoginService {

    private final AccountService accounts;
    private final PasswordHasher passwords;
    private final AccessTokenIssuer tokens;

    LoginService(AccountService accounts, PasswordHasher passwords, AccessTokenIssuer tokens) {
        this.accounts = accounts;
        this.passwords = passwords;
        this.tokens = tokens;
    }

    /**
     * Takes as long for an unknown name as for a wrong password.
     *
     * @throws InvalidCredentials where the name or the password is wrong
     * @throws TooManyLogins where too many passwords wait to be hashed
     */
    public AccessToken login(String username, String password) {
        Optional<AccountService.Credentials> known = accounts.credentials(username);
        @Nullable String hash = known.map(AccountService.Credentials::passwordHash).orElse(null);
        boolean matches = passwords.matches(password, hash);
        return known.filter(credentials -> matches)
                .map(tokens::issue)
                .orElseThrow(InvalidCredentials::new);
    }
}
