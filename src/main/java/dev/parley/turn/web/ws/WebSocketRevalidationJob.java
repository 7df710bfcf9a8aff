package dev.parley.turn.web.ws;

import dev.parley.platform.identity.IdentityRevalidator;
import dev.parley.platform.jobs.Deadline;
import dev.parley.platform.jobs.Job;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Closes the WebSockets of accounts that were erased or whose tokens have ended. A WebSocket that
 * only follows turns sends no message, with which its identity would be checked.
 */
@ApplicationScoped
class WebSocketRevalidationJob implements Job {

    private static final int BATCH_SIZE = 1_000;

    private final WebSocketSessions sessions;
    private final IdentityRevalidator revalidator;

    WebSocketRevalidationJob(WebSocketSessions sessions, IdentityRevalidator revalidator) {
        this.sessions = sessions;
        this.revalidator = revalidator;
    }

    @Override
    public String name() {
        return "revalidate-websockets";
    }

    @Override
    public Duration interval() {
        return Duration.ofSeconds(5);
    }

    @Override
    public Duration timeout() {
        return Duration.ofSeconds(10);
    }

    @Override
    public void run(Deadline deadline) {
        List<WebSocketSession> all = List.copyOf(sessions.all());
        for (int from = 0; from < all.size() && !deadline.hasPassed(); from += BATCH_SIZE) {
            revalidate(all.subList(from, Math.min(all.size(), from + BATCH_SIZE)));
        }
    }

    private void revalidate(Collection<WebSocketSession> batch) {
        Set<SecurityIdentity> invalid = Collections.newSetFromMap(new IdentityHashMap<>());
        invalid.addAll(
                revalidator.invalidAmong(batch.stream().map(WebSocketSession::identity).toList()));
        batch.stream()
                .filter(session -> invalid.contains(session.identity()))
                .forEach(session -> sessions.close(session, WebSocketSessions.UNAUTHENTICATED));
    }
}
