package dev.parley.turn.web;

import dev.parley.platform.identity.IdentityRevalidator;
import dev.parley.platform.jobs.Deadline;
import dev.parley.platform.jobs.Job;
import io.quarkus.arc.All;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Closes the WebSockets and event streams of accounts that were erased or disabled, or whose tokens
 * have ended. A client that only listens sends nothing with which its identity would be checked.
 *
 * <p>One query checks up to 1,000 connections: 10,000 connections cost two queries a second.
 */
@ApplicationScoped
class ListenerRevalidationJob implements Job {

    private static final int BATCH_SIZE = 1_000;

    private final List<Listener.Source> sources;
    private final IdentityRevalidator revalidator;

    ListenerRevalidationJob(@All List<Listener.Source> sources, IdentityRevalidator revalidator) {
        this.sources = sources;
        this.revalidator = revalidator;
    }

    @Override
    public String name() {
        return "revalidate-listeners";
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
        List<? extends Listener> all =
                sources.stream().flatMap(source -> source.listeners().stream()).toList();
        for (int from = 0; from < all.size() && !deadline.hasPassed(); from += BATCH_SIZE) {
            revalidate(all.subList(from, Math.min(all.size(), from + BATCH_SIZE)));
        }
    }

    private void revalidate(Collection<? extends Listener> batch) {
        Set<SecurityIdentity> invalid = Collections.newSetFromMap(new IdentityHashMap<>());
        invalid.addAll(revalidator.invalidAmong(batch.stream().map(Listener::identity).toList()));
        batch.stream()
                .filter(listener -> invalid.contains(listener.identity()))
                .forEach(Listener::revoke);
    }
}
