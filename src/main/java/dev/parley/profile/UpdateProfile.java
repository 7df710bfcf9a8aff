package dev.parley.profile;

import dev.parley.account.AccountUpdate;
import dev.parley.account.AccountUpdateService;
import dev.parley.account.AccountView;
import dev.parley.platform.identity.UserId;
import dev.parley.platform.value.FieldUpdate;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;

/** Changes the current user: the account and how the agent is to speak, both or neither. */
@ApplicationScoped
public class UpdateProfile {

    private final AccountUpdateService account;
    private final Together together;

    UpdateProfile(AccountUpdateService account, Together together) {
        this.account = account;
        this.together = together;
    }

    /**
     * Passwords are hashed before the transaction begins. It refuses as {@link
     * AccountUpdateService} does.
     */
    public AccountView change(UserId user, AccountUpdate change, FieldUpdate<Double> temperature) {
        return together.change(account.ready(user, change), user, temperature);
    }

    /** The one transaction. */
    @ApplicationScoped
    static class Together {

        private final AccountUpdateService account;
        private final ProfileService profile;

        Together(AccountUpdateService account, ProfileService profile) {
            this.account = account;
            this.profile = profile;
        }

        @Transactional
        AccountView change(
                AccountUpdateService.Ready ready, UserId user, FieldUpdate<Double> temperature) {
            if (temperature instanceof FieldUpdate.SetTo<Double> to) {
                profile.setTemperature(user, to.value());
            }
            return account.apply(ready);
        }
    }
}
