package dev.parley.hiring;

import dev.parley.erasure.Belongings;
import dev.parley.erasure.Owned;
import dev.parley.erasure.Owned.Column;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** The agents that the user has hired. */
@ApplicationScoped
class HiringBelongings implements Belongings {

    @Override
    public List<Owned> tables() {
        return List.of(Owned.byUser("hirings", Column.text("agent_type")));
    }
}
