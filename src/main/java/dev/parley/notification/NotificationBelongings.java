package dev.parley.notification;

import dev.parley.erasure.Belongings;
import dev.parley.erasure.Owned;
import dev.parley.erasure.Owned.Column;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** What the user was told. */
@ApplicationScoped
class NotificationBelongings implements Belongings {

    @Override
    public List<Owned> tables() {
        return List.of(Owned.byUser("notifications", Column.id("id")));
    }
}
