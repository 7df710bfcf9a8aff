package dev.parley.account;

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
public class StandIn {

    /** No password has this hash. */
    private static final String NO_HASH = "none";

    private final UserAccounts accounts;
    private final Tokens tokens;

    StandIn(UserAccounts accounts, Tokens tokens) {
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
        return tokens.issue(new UserAccounts.Credentials(nobody, null, 0)).value();
    }
}
