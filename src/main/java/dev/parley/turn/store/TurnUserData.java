package dev.parley.turn.store;

import dev.parley.userdata.UserDataTables;
import dev.parley.userdata.UserTable;
import dev.parley.userdata.UserTable.Column;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** The user's turns, tool steps and idempotency keys. */
@ApplicationScoped
class TurnUserData implements UserDataTables {

    @Override
    public List<UserTable> tables() {
        return List.of(
                UserTable.byUser("turns", Column.moment("started_at"), Column.id("id")),
                UserTable.through(
                        "turns",
                        "turn_id",
                        "turn_steps",
                        Column.id("turn_id"),
                        Column.number("attempt"),
                        Column.number("number")),
                UserTable.through(
                        "turns",
                        "turn_id",
                        "turn_rounds",
                        Column.id("turn_id"),
                        Column.text("path"),
                        Column.number("number")),
                UserTable.through(
                        "turns",
                        "turn_id",
                        "turn_usage",
                        Column.id("turn_id"),
                        Column.text("path"),
                        Column.text("model")),
                UserTable.through(
                        "turns",
                        "turn_id",
                        "turn_approvals",
                        Column.id("turn_id"),
                        Column.text("step")),
                UserTable.byUser("idempotency_keys", Column.text("key")).without("request_hash"));
    }
}
