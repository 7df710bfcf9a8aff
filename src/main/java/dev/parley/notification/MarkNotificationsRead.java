package dev.parley.notification;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.agent.Parameters;
import dev.parley.agent.Tool;
import dev.parley.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;

/** Lets an agent mark all of the user's notifications as read. */
@ApplicationScoped
class MarkNotificationsRead implements Tool {

    private final RecordedNotifications notifications;

    MarkNotificationsRead(RecordedNotifications notifications) {
        this.notifications = notifications;
    }

    @Override
    public String name() {
        return "mark_notifications_read";
    }

    @Override
    public String description() {
        return "Marks all of the user's notifications as read and tells how many were unread.";
    }

    @Override
    public JsonNode parameters() {
        return Parameters.none().schema();
    }

    @Override
    public JsonNode use(UserId user, JsonNode given) {
        return notifications.readAll(user);
    }
}
