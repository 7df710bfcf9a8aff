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

/** An account that does not exist, for warm-up turns. */
@ApplicationScoped
public class WarmUpAccount {

    /** No password has this hash. */
    private static final String NO_HASH = "none";

    private final AccountService accounts;
    private final AccessTokenIssuer tokens;

    WarmUpAccount(AccountService accounts, AccessTokenIssuer tokens) {
        this.accounts = accounts;
        this.tokens = tokens;
    }

    /** Adds one to a transaction that is going to be rolled back. */
    @Transactional(TxType.MANDATORY)
    public UserId inThisTransaction() {
        return accounts.add("~" + UserId.next(), Optional.empty(), NO_HASH, List.of(Roles.USER))
                .id();
    }

    /** A token that is ours, of an account that there is not. */
    public String refusedToken() {
        Caller nobody = new Caller(UserId.next(), "nobody", Set.of());
        return tokens.issue(new AccountService.Credentials(nobody, null, 0)).value();
    }
}
