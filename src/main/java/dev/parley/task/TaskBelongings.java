package dev.parley.task;

import dev.parley.erasure.Belongings;
import dev.parley.erasure.Owned;
import dev.parley.erasure.Owned.Column;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** The user's tasks. */
@ApplicationScoped
class TaskBelongings implements Belongings {

    @Override
    public List<Owned> tables() {
        return List.of(Owned.byUser("tasks", Column.id("id")));
    }
}
