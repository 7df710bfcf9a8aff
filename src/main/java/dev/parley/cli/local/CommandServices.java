package dev.parley.cli.local;

import dev.parley.account.AccountAdministration;
import dev.parley.account.AccountNotFound;
import dev.parley.account.AccountQueries;
import dev.parley.account.AccountView;
import dev.parley.cli.terminal.CommandFailed;
import dev.parley.quota.QuotaService;
import dev.parley.userdata.EraseUser;
import io.quarkus.arc.Unremovable;
import jakarta.inject.Singleton;
import jakarta.validation.Validator;

/** The services that commands use. */
@Singleton
@Unremovable
class CommandServices {

    private final AccountAdministration keepAccounts;
    private final AccountQueries readAccount;
    private final QuotaService quota;
    private final EraseUser eraseUser;
    private final Validator validator;
    private final SystemCheck checkUp;

    CommandServices(
            AccountAdministration keepAccounts,
            AccountQueries readAccount,
            QuotaService quota,
            EraseUser eraseUser,
            Validator validator,
            SystemCheck checkUp) {
        this.keepAccounts = keepAccounts;
        this.readAccount = readAccount;
        this.quota = quota;
        this.eraseUser = eraseUser;
        this.validator = validator;
        this.checkUp = checkUp;
    }

    AccountAdministration keepAccounts() {
        return keepAccounts;
    }

    AccountQueries readAccount() {
        return readAccount;
    }

    QuotaService quota() {
        return quota;
    }

    EraseUser eraseUser() {
        return eraseUser;
    }

    SystemCheck checkUp() {
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
     * @throws CommandFailed where something about it is not as it has to be
     */
    void requireValid(Object given) {
        validator.validate(given).stream()
                .findFirst()
                .ifPresent(wrong -> {
                    throw new CommandFailed(
                            "The %s %s.".formatted(wrong.getPropertyPath(), wrong.getMessage()));
                });
    }
}
