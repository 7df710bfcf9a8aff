package dev.parley.conversation;

import dev.parley.userdata.UserDataTables;
import dev.parley.userdata.UserTable;
import dev.parley.userdata.UserTable.Column;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Conversations and messages. Opening or settling a turn locks its conversation first. */
@ApplicationScoped
class ConversationUserData implements UserDataTables {

    @Override
    public List<UserTable> tables() {
        return List.of(
                UserTable.byUser("conversations", Column.id("id")).lockedFirst(),
                UserTable.through(
                        "conversations",
                        "conversation_id",
                        "messages",
                        Column.id("conversation_id"),
                        Column.number("position")));
    }
}
