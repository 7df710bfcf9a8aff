package dev.parley.conversation;

import dev.parley.userdata.UserDataTables;
import dev.parley.userdata.UserTable;
import dev.parley.userdata.UserTable.Column;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/**
 * Conversations, messages and summaries. Opening or settling a turn locks its conversation first.
 */
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
                        Column.number("position")),
                UserTable.through(
                                "conversations",
                                "conversation_id",
                                "conversation_summaries",
                                Column.id("conversation_id"))
                        .without("step_id", "claimed_at", "claimed_until", "failed_at"));
    }
}
