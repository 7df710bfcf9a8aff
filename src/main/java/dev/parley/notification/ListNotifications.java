package dev.parley.notification;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.agent.Arguments;
import dev.parley.agent.Parameters;
import dev.parley.agent.Tool;
import dev.parley.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;

/** Lets an agent see the user's notifications. */
@ApplicationScoped
class ListNotifications implements Tool {

    private final RecordedNotifications notifications;

    ListNotifications(RecordedNotifications notifications) {
        this.notifications = notifications;
    }

    @Override
    public String name() {
        return "list_notifications";
    }

    @Override
    public String description() {
        return "Lists the user's notifications, newest first.";
    }

    @Override
    public JsonNode parameters() {
        return Parameters.none()
                .flag("unread", "true for those that were not read yet; all without")
                .schema();
    }

    @Override
    public JsonNode use(UserId user, JsonNode given) {
        return notifications.list(
                user,
                new Arguments(given).flag("unread")
                        ? NotificationFilter.UNREAD
                        : NotificationFilter.ALL);
    }
}
