package dev.parley.account.token;

import dev.parley.account.AccountDisabled;
import dev.parley.account.AccountService;
import dev.parley.account.PasswordHasher;
import dev.parley.account.TooManyLogins;
import dev.parley.platform.identity.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Issues a token to a caller with the right password. */
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
     * Issues a token. An unknown name takes as long as a wrong password.
     *
     * @throws InvalidCredentials if the name or the password is wrong
     * @throws AccountDisabled if the password is right and the account is disabled
     * @throws TooManyLogins if too many passwords wait to be hashed
     */
    public AccessToken login(String username, String password) {
        Optional<AccountService.Credentials> found = accounts.credentials(username);
        @Nullable String hash = found.map(AccountService.Credentials::passwordHash).orElse(null);
        boolean matches = passwords.matches(password, hash);
        AccountService.Credentials credentials =
                found.filter(ignored -> matches).orElseThrow(InvalidCredentials::new);
        if (credentials.isDisabled()) {
            throw new AccountDisabled();
        }
        return tokens.issue(credentials);
    }

    /**
     * Issues a token to a caller that the external issuer has authenticated.
     *
     * @throws InvalidCredentials if the account was deleted in the meantime
     */
    public AccessToken login(Caller authenticated) {
        return tokens.issue(
                accounts.credentials(authenticated.id()).orElseThrow(InvalidCredentials::new));
    }
}
