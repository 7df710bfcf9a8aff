package dev.parley.profile;

import dev.parley.account.AccountUpdate;
import dev.parley.account.AccountUpdateService;
import dev.parley.account.AccountView;
import dev.parley.platform.identity.UserId;
import dev.parley.platform.value.FieldUpdate;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;

/** Changes a user's account and temperature in one transaction: both or neither. */
@ApplicationScoped
public class UpdateProfile {

    private final AccountUpdateService account;
    private final Together transaction;

    UpdateProfile(AccountUpdateService account, Together transaction) {
        this.account = account;
        this.transaction = transaction;
    }

    /**
     * Applies the changes. Passwords are hashed before the transaction begins, because hashing is
     * slow. Throws the exceptions of {@link AccountUpdateService}.
     */
    public AccountView change(UserId user, AccountUpdate change, FieldUpdate<Double> temperature) {
        return transaction.change(account.ready(user, change), user, temperature);
    }

    /** The transaction that contains both changes. */
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
            if (temperature instanceof FieldUpdate.SetTo<Double> update) {
                profile.setTemperature(user, update.value());
            }
            return account.apply(ready);
        }
    }
}
