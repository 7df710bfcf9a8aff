package dev.parley.feedback;

import dev.parley.erasure.Belongings;
import dev.parley.erasure.Owned;
import dev.parley.erasure.Owned.Column;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** What the user thinks. */
@ApplicationScoped
class FeedbackBelongings implements Belongings {

    @Override
    public List<Owned> tables() {
        return List.of(
                Owned.byUser("feedback", Column.id("message_id")),
                Owned.byUser("survey_answers", Column.text("survey")));
    }
}
