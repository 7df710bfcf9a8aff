package dev.parley.profile;

import dev.parley.account.AccountChange;
import dev.parley.account.AccountView;
import dev.parley.account.ChangeAccount;
import dev.parley.platform.identity.UserId;
import dev.parley.platform.value.FieldUpdate;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;

/** Changes the current user: the account and how the agent is to speak, both or neither. */
@ApplicationScoped
public class ChangeMe {

    private final ChangeAccount account;
    private final Together together;

    ChangeMe(ChangeAccount account, Together together) {
        this.account = account;
        this.together = together;
    }

    /**
     * Passwords are hashed before the transaction begins. It refuses as {@link ChangeAccount} does.
     */
    public AccountView change(UserId user, AccountChange change, FieldUpdate<Double> temperature) {
        return together.change(account.ready(user, change), user, temperature);
    }

    /** The one transaction. */
    @ApplicationScoped
    static class Together {

        private final ChangeAccount account;
        private final UserProfile profile;

        Together(ChangeAccount account, UserProfile profile) {
            this.account = account;
            this.profile = profile;
        }

        @Transactional
        AccountView change(
                ChangeAccount.Ready ready, UserId user, FieldUpdate<Double> temperature) {
            if (temperature instanceof FieldUpdate.SetTo<Double> to) {
                profile.setTemperature(user, to.value());
            }
            return account.apply(ready);
        }
    }
}
