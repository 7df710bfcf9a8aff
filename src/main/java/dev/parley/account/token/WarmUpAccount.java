package dev.parley.account.token;

import dev.parley.account.AccountService;
import dev.parley.platform.identity.Caller;
import dev.parley.platform.identity.Roles;
import dev.parley.platform.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Temporary accounts for warm-up turns. */
@ApplicationScoped
public class WarmUpAccount {

    /** A hash that no password matches. */
    private static final String INVALID_HASH = "none";

    private final AccountService accounts;
    private final AccessTokenIssuer tokens;

    WarmUpAccount(AccountService accounts, AccessTokenIssuer tokens) {
        this.accounts = accounts;
        this.tokens = tokens;
    }

    /** Adds an account in a transaction that the caller rolls back. */
    @Transactional(TxType.MANDATORY)
    public UserId inThisTransaction() {
        return accounts.add(
                        "~" + UserId.next(), Optional.empty(), INVALID_HASH, List.of(Roles.USER))
                .id();
    }

    /** A token with a valid signature for an account that does not exist. */
    public String refusedToken() {
        Caller missingUser = new Caller(UserId.next(), "nobody", Set.of());
        return tokens.issue(new AccountService.Credentials(missingUser, null, 0, false)).value();
    }
}
