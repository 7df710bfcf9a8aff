package dev.parley.task;

import dev.parley.userdata.UserDataTables;
import dev.parley.userdata.UserTable;
import dev.parley.userdata.UserTable.Column;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** The user's tasks. */
@ApplicationScoped
class TaskUserData implements UserDataTables {

    @Override
    public List<UserTable> tables() {
        return List.of(UserTable.byUser("tasks", Column.id("id")));
    }
}
