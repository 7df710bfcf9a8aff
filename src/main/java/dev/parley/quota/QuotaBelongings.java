package dev.parley.quota;

import dev.parley.erasure.Belongings;
import dev.parley.erasure.Owned;
import dev.parley.erasure.Owned.Column;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** The user's plan, counters and ledger. */
@ApplicationScoped
class QuotaBelongings implements Belongings {

    @Override
    public List<Owned> tables() {
        return List.of(
                Owned.byUser("subscriptions", Column.id("user_id")),
                Owned.byUser("quotas", Column.date("month")),
                Owned.byUser("charges", Column.date("month"), Column.id("turn_id")));
    }
}
