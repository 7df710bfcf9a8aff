package dev.parley.notification;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.agent.StepLog;
import dev.parley.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Optional;

/**
 * What the tools do with a user's notifications: each call is one short transaction, in which the
 * step is recorded too.
 */
@ApplicationScoped
@Transactional
class RecordedNotifications {

    /** More would fill a model's context; the answer tells when there are more. */
    private static final int MOST = 50;

    private final UserNotifications notifications;
    private final StepLog steps;
    private final ObjectMapper json;

    RecordedNotifications(UserNotifications notifications, StepLog steps, ObjectMapper json) {
        this.notifications = notifications;
        this.steps = steps;
        this.json = json;
    }

    JsonNode list(UserId user, NotificationFilter filter) {
        List<NotificationDetails> found =
                notifications.list(user, filter, Optional.empty(), MOST + 1);
        ObjectNode outcome = JsonNodeFactory.instance.objectNode();
        outcome.set("notifications", json.valueToTree(found.stream().limit(MOST).toList()));
        return recorded(outcome.put("all_shown", found.size() <= MOST));
    }

    JsonNode readAll(UserId user) {
        return recorded(
                JsonNodeFactory.instance.objectNode().put("read", notifications.readAll(user)));
    }

    private JsonNode recorded(JsonNode outcome) {
        steps.record(outcome);
        return outcome;
    }
}
