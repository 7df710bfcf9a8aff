package dev.parley.profile;

import dev.parley.erasure.Belongings;
import dev.parley.erasure.Owned;
import dev.parley.erasure.Owned.Column;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** The catalogue of skills is nobody's. */
@ApplicationScoped
class ProfileBelongings implements Belongings {

    @Override
    public List<Owned> tables() {
        return List.of(
                Owned.byUser("profiles", Column.id("user_id")).heldFirst(),
                Owned.byUser("preferences", Column.text("key")),
                Owned.byUser("user_skills", Column.id("skill_id")),
                Owned.byUser("trainings", Column.id("id")));
    }
}
