package dev.parley.turn.web.ws;

import dev.parley.notification.NotificationService;
import dev.parley.platform.identity.UserId;
import dev.parley.platform.jobs.Deadline;
import dev.parley.platform.jobs.Job;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Pushes the number of unread notifications to the users of open WebSockets. Reads the counts of
 * all users from the database at intervals, so that replicas need not inform each other of new or
 * read notifications.
 */
@ApplicationScoped
class UnreadCountPusher implements Job {

    private static final int BATCH_SIZE = 1_000;

    private final WebSocketSessions sessions;
    private final NotificationService notifications;

    UnreadCountPusher(WebSocketSessions sessions, NotificationService notifications) {
        this.sessions = sessions;
        this.notifications = notifications;
    }

    @Override
    public String name() {
        return "push-unread-counts";
    }

    @Override
    public Duration interval() {
        return Duration.ofSeconds(2);
    }

    @Override
    public Duration timeout() {
        return Duration.ofSeconds(10);
    }

    @Override
    public void run(Deadline deadline) {
        Map<UserId, List<WebSocketSession>> byUser =
                sessions.listeners().stream()
                        .collect(Collectors.groupingBy(WebSocketSession::user));
        List<UserId> users = List.copyOf(byUser.keySet());
        IntStream.iterate(0, from -> from < users.size(), from -> from + BATCH_SIZE)
                .takeWhile(from -> !deadline.hasPassed())
                .mapToObj(from -> users.subList(from, Math.min(users.size(), from + BATCH_SIZE)))
                .forEach(batch -> push(batch, byUser));
    }

    private void push(List<UserId> users, Map<UserId, List<WebSocketSession>> byUser) {
        Map<UserId, Long> unread = notifications.unread(users);
        for (UserId user : users) {
            Collection<WebSocketSession> ofUser = byUser.getOrDefault(user, List.of());
            ofUser.forEach(session -> session.pushUnread(unread.getOrDefault(user, 0L)));
        }
    }
}
