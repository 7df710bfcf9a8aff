package dev.parley.notification;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.agent.tool.AgentTool;
import dev.parley.agent.tool.AgentTools;
import dev.parley.agent.tool.StepRecorder;
import dev.parley.platform.identity.UserId;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.Map;
import java.util.Optional;

/**
 * Tools that let an agent use its user's notifications. Each call is one short transaction, which
 * also records the tool step.
 */
@ApplicationScoped
@Transactional
@RegisterForReflection // with the record inside
class NotificationTools implements AgentTools {

    /** Keeps the result small for the model's context; the result says whether it is complete. */
    private static final int MAX_LISTED = 50;

    private final NotificationService notifications;
    private final StepRecorder steps;

    NotificationTools(NotificationService notifications, StepRecorder steps) {
        this.notifications = notifications;
        this.steps = steps;
    }

    @AgentTool("Lists the user's notifications, newest first.")
    public JsonNode listNotifications(UserId user, ListNotificationsArguments filter) {
        return steps.recordFirst(
                "notifications",
                notifications.list(
                        user,
                        filter.unread() ? NotificationFilter.UNREAD : NotificationFilter.ALL,
                        Optional.empty(),
                        MAX_LISTED + 1),
                MAX_LISTED);
    }

    @AgentTool("Marks all of the user's notifications as read and tells how many were unread.")
    public JsonNode markNotificationsRead(UserId user) {
        return steps.record(Map.of("read", notifications.readAll(user)));
    }

    record ListNotificationsArguments(
            @JsonPropertyDescription("true for unread notifications only; without it, all")
                    boolean unread) {}
}
