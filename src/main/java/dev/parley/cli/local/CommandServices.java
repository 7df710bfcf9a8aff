package dev.parley.cli.local;

import dev.parley.account.AccountAdministration;
import dev.parley.account.AccountNotFound;
import dev.parley.account.AccountQueries;
import dev.parley.account.AccountView;
import dev.parley.account.InvitationService;
import dev.parley.cli.terminal.CommandFailed;
import dev.parley.quota.QuotaService;
import dev.parley.userdata.EraseUser;
import io.quarkus.arc.Unremovable;
import jakarta.inject.Singleton;
import jakarta.validation.Validator;

/** The services that local commands use. */
@Singleton
@Unremovable
class CommandServices {

    private final AccountAdministration accountAdministration;
    private final AccountQueries accountQueries;
    private final InvitationService invitations;
    private final QuotaService quota;
    private final EraseUser eraseUser;
    private final Validator validator;
    private final SystemCheck systemCheck;

    CommandServices(
            AccountAdministration accountAdministration,
            AccountQueries accountQueries,
            InvitationService invitations,
            QuotaService quota,
            EraseUser eraseUser,
            Validator validator,
            SystemCheck systemCheck) {
        this.accountAdministration = accountAdministration;
        this.accountQueries = accountQueries;
        this.invitations = invitations;
        this.quota = quota;
        this.eraseUser = eraseUser;
        this.validator = validator;
        this.systemCheck = systemCheck;
    }

    AccountAdministration accountAdministration() {
        return accountAdministration;
    }

    AccountQueries accountQueries() {
        return accountQueries;
    }

    InvitationService invitations() {
        return invitations;
    }

    QuotaService quota() {
        return quota;
    }

    EraseUser eraseUser() {
        return eraseUser;
    }

    SystemCheck systemCheck() {
        return systemCheck;
    }

    /**
     * Finds an account by its name.
     *
     * @throws AccountNotFound if there is no such account
     */
    AccountView account(String username) {
        return accountQueries.named(username).orElseThrow(() -> new AccountNotFound(username));
    }

    /**
     * Validates the input of a command.
     *
     * @throws CommandFailed if the input violates a constraint
     */
    void requireValid(Object input) {
        validator.validate(input).stream()
                .findFirst()
                .ifPresent(violation -> {
                    throw new CommandFailed(
                            "The %s %s."
                                    .formatted(
                                            violation.getPropertyPath(), violation.getMessage()));
                });
    }
}
