package dev.parley.conversation;

import dev.parley.erasure.Belongings;
import dev.parley.erasure.Owned;
import dev.parley.erasure.Owned.Column;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** What was said. Whoever opens or settles a turn holds its conversation before anything else. */
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
