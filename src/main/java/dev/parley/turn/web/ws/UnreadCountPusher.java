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
 * Tells open sockets how many notifications their users have not read. Asks for all of them at
 * once, whichever replica has written or read one: nobody has to tell anybody.
 */
@ApplicationScoped
class UnreadCountPusher implements Job {

    private static final int BATCH_SIZE = 1_000;

    private final WebSocketSessions sockets;
    private final NotificationService notifications;

    UnreadCountPusher(WebSocketSessions sockets, NotificationService notifications) {
        this.sockets = sockets;
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
                sockets.all().stream().collect(Collectors.groupingBy(WebSocketSession::user));
        List<UserId> users = List.copyOf(byUser.keySet());
        IntStream.iterate(0, from -> from < users.size(), from -> from + BATCH_SIZE)
                .takeWhile(from -> !deadline.hasPassed())
                .mapToObj(from -> users.subList(from, Math.min(users.size(), from + BATCH_SIZE)))
                .forEach(some -> tell(some, byUser));
    }

    private void tell(List<UserId> users, Map<UserId, List<WebSocketSession>> byUser) {
        Map<UserId, Long> unread = notifications.unread(users);
        for (UserId user : users) {
            Collection<WebSocketSession> theirs = byUser.getOrDefault(user, List.of());
            theirs.forEach(socket -> socket.tellUnread(unread.getOrDefault(user, 0L)));
        }
    }
}
