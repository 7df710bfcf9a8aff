package dev.parley.quota;

import dev.parley.userdata.UserDataTables;
import dev.parley.userdata.UserTable;
import dev.parley.userdata.UserTable.Column;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** The user's plan, counters, ledgers and reservations. */
@ApplicationScoped
class QuotaUserData implements UserDataTables {

    @Override
    public List<UserTable> tables() {
        return List.of(
                UserTable.byUser("subscriptions", Column.id("user_id")),
                UserTable.byUser("quotas", Column.date("month")),
                UserTable.byUser("charges", Column.date("month"), Column.id("turn_id")),
                UserTable.byUser(
                        "token_charges",
                        Column.date("month"),
                        Column.id("turn_id"),
                        Column.text("path"),
                        Column.text("model")),
                UserTable.byUser("reservations", Column.id("turn_id")));
    }
}
