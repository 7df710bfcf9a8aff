package dev.parley.turn.store;

import dev.parley.erasure.Belongings;
import dev.parley.erasure.Owned;
import dev.parley.erasure.Owned.Column;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** What was asked for, and what the tools did about it. */
@ApplicationScoped
class TurnUserData implements Belongings {

    @Override
    public List<Owned> tables() {
        return List.of(
                Owned.byUser("turns", Column.moment("started_at"), Column.id("id")),
                Owned.through(
                        "turns",
                        "turn_id",
                        "turn_steps",
                        Column.id("turn_id"),
                        Column.number("attempt"),
                        Column.number("number")),
                Owned.byUser("idempotency_keys", Column.text("key")).without("request_hash"));
    }
}
