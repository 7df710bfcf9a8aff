package dev.parley.profile;

import dev.parley.userdata.UserDataTables;
import dev.parley.userdata.UserTable;
import dev.parley.userdata.UserTable.Column;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** The tables of a user's profile. A skill of the catalogue belongs to no user. */
@ApplicationScoped
class ProfileUserData implements UserDataTables {

    @Override
    public List<UserTable> tables() {
        return List.of(
                UserTable.byUser("profiles", Column.id("user_id")).lockedFirst(),
                UserTable.byUser("preferences", Column.text("key")),
                UserTable.byUser("skills", Column.id("id")),
                UserTable.byUser("user_skills", Column.id("skill_id")),
                UserTable.byUser("trainings", Column.id("id")));
    }
}
