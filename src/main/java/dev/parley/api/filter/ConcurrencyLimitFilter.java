package dev.parley.api.filter;

import dev.parley.platform.concurrent.KeyedSemaphore;
import dev.parley.platform.identity.UserId;
import dev.parley.ratelimit.LimitedAction;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.Priorities;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;
import org.jboss.resteasy.reactive.server.SimpleResourceInfo;
import org.jboss.resteasy.reactive.server.core.CurrentRequestManager;
import org.jspecify.annotations.Nullable;

/**
 * Limits the requests of one account that this process handles at the same time, so that the slow
 * reads of one account do not take every connection to the database. Further requests wait in the
 * order of their arrival. Turns have limits of their own, and wait for agents, not for the
 * database.
 */
@ApplicationScoped
public class ConcurrencyLimitFilter {

    private static final String KEY = ConcurrencyLimitFilter.class.getName();
    private static final Duration MAX_WAIT = Duration.ofSeconds(5);

    private final KeyedSemaphore<UserId> permits;
    private final CurrentVertxRequest current;

    ConcurrencyLimitFilter(HttpConfig config, CurrentVertxRequest current) {
        this.current = current;
        this.permits = new KeyedSemaphore<>(config.maxConcurrentRequestsPerAccount());
    }

    /**
     * Runs after the rate limit, so that a refused request does not wait, and before the body is
     * read, so that a waiting request keeps no body in memory.
     */
    @ServerRequestFilter(priority = Priorities.USER + 1)
    void acquire(SimpleResourceInfo resource, RoutingContext request) {
        if (RateLimitFilter.limitOf(resource) != LimitedAction.TURNS) {
            RateLimitFilter.caller(request).ifPresent(caller -> acquire(caller.id(), request));
        }
    }

    private void acquire(UserId account, RoutingContext request) {
        if (!permits.tryAcquire(account, MAX_WAIT)) {
            throw new TooManyConcurrentRequests();
        }
        Permit permit = new Permit(account);
        request.put(KEY, permit);
        // Not the end of the connection: the work of a client that has gone goes on
        CurrentRequestManager.get().registerCompletionCallback(failure -> permit.release());
        if (request.response().closed()) {
            throw new TooManyConcurrentRequests(); // nobody waits for the work
        }
    }

    /**
     * Ends the count of the current request. The framework filters a response before it is written,
     * but not a stream of events, which may stay open for as long as a turn.
     */
    public void beginStream() {
        release(current.getCurrent());
    }

    /** What remains is the writing of the response. */
    @ServerResponseFilter
    void release(RoutingContext request) {
        @Nullable Permit permit = request.get(KEY);
        if (permit != null) {
            permit.release();
        }
    }

    /** A permit, which the response and the end of the work release, each once. */
    private final class Permit {

        private final UserId account;
        private final AtomicBoolean released = new AtomicBoolean();

        private Permit(UserId account) {
            this.account = account;
        }

        private void release() {
            if (released.compareAndSet(false, true)) {
                permits.release(account);
            }
        }
    }
}
