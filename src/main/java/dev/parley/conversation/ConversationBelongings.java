package dev.parley.conversation;

import dev.parley.erasure.Belongings;
import dev.parley.erasure.Owned;
import dev.parley.erasure.Owned.Column;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Conversations and messages. Opening or settling a turn locks its conversation first. */
@ApplicationScoped
class ConversationBelongings implements Belongings {

    @Override
    public List<Owned> tables() {
        return List.of(
                Owned.byUser("conversations", Column.id("id")).heldFirst(),
                Owned.through(
                        "conversations",
                        "conversation_id",
                        "messages",
                        Column.id("conversation_id"),
                        Column.number("position")));
    }
}
