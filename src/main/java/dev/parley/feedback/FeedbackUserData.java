package dev.parley.feedback;

import dev.parley.userdata.UserDataTables;
import dev.parley.userdata.UserTable;
import dev.parley.userdata.UserTable.Column;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** The user's ratings and survey answers. */
@ApplicationScoped
class FeedbackUserData implements UserDataTables {

    @Override
    public List<UserTable> tables() {
        return List.of(
                UserTable.byUser("feedback", Column.id("message_id")),
                UserTable.byUser("survey_answers", Column.text("survey")));
    }
}
