package dev.parley.account;

import dev.parley.platform.identity.UserId;
import dev.parley.userdata.UserDataTables;
import dev.parley.userdata.UserTable;
import dev.parley.userdata.UserTable.Column;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Set;

/** The account, which all other data of a user refers to. */
@ApplicationScoped
class AccountUserData implements UserDataTables {

    private static final UserTable ACCOUNTS =
            new UserTable(
                            "accounts",
                            "id = ?",
                            List.of(Column.id("id")),
                            List.of("password_hash", "password_version"),
                            false)
                    .lockedFirst();

    private final AccountRepository accounts;

    AccountUserData(AccountRepository accounts) {
        this.accounts = accounts;
    }

    @Override
    public List<UserTable> tables() {
        return List.of(ACCOUNTS);
    }

    /**
     * @throws LastAdmin if the user is the only administrator
     */
    @Override
    public void requireErasable(UserId user) {
        boolean isAdmin =
                accounts.findByIdOptional(user.value()).filter(Account::isAdmin).isPresent();
        if (isAdmin && accounts.lockAdmins().equals(Set.of(user))) {
            throw new LastAdmin();
        }
    }
}
