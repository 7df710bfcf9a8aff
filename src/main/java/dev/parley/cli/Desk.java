package dev.parley.cli;

import dev.parley.account.AccountNotFound;
import dev.parley.account.AccountView;
import dev.parley.account.KeepAccounts;
import dev.parley.account.ReadAccount;
import dev.parley.quota.UserQuota;
import dev.parley.userdata.EraseUser;
import io.quarkus.arc.Unremovable;
import jakarta.inject.Singleton;
import jakarta.validation.Validator;

/** The services that commands use. */
@Singleton
@Unremovable
class Desk {

    private final KeepAccounts keepAccounts;
    private final ReadAccount readAccount;
    private final UserQuota quota;
    private final EraseUser eraseUser;
    private final Validator validator;
    private final CheckUp checkUp;

    Desk(
            KeepAccounts keepAccounts,
            ReadAccount readAccount,
            UserQuota quota,
            EraseUser eraseUser,
            Validator validator,
            CheckUp checkUp) {
        this.keepAccounts = keepAccounts;
        this.readAccount = readAccount;
        this.quota = quota;
        this.eraseUser = eraseUser;
        this.validator = validator;
        this.checkUp = checkUp;
    }

    KeepAccounts keepAccounts() {
        return keepAccounts;
    }

    ReadAccount readAccount() {
        return readAccount;
    }

    UserQuota quota() {
        return quota;
    }

    EraseUser eraseUser() {
        return eraseUser;
    }

    CheckUp checkUp() {
        return checkUp;
    }

    /**
     * The account of that name.
     *
     * @throws AccountNotFound where there is none
     */
    AccountView account(String username) {
        return readAccount.named(username).orElseThrow(() -> new AccountNotFound(username));
    }

    /**
     * @throws Refused where something about it is not as it has to be
     */
    void requireValid(Object given) {
        validator.validate(given).stream()
                .findFirst()
                .ifPresent(wrong -> {
                    throw new Refused(
                            "The %s %s.".formatted(wrong.getPropertyPath(), wrong.getMessage()));
                });
    }
}
