package dev.parley.notification;

import dev.parley.userdata.UserDataTables;
import dev.parley.userdata.UserTable;
import dev.parley.userdata.UserTable.Column;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** The user's notifications. */
@ApplicationScoped
class NotificationUserData implements UserDataTables {

    @Override
    public List<UserTable> tables() {
        return List.of(UserTable.byUser("notifications", Column.id("id")));
    }
}
