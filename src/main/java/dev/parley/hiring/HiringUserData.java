package dev.parley.hiring;

import dev.parley.userdata.UserDataTables;
import dev.parley.userdata.UserTable;
import dev.parley.userdata.UserTable.Column;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** The agents that the user has hired. */
@ApplicationScoped
class HiringUserData implements UserDataTables {

    @Override
    public List<UserTable> tables() {
        return List.of(UserTable.byUser("hirings", Column.text("agent_type")));
    }
}
