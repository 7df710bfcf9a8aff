package dev.parley.api.filter;

import dev.parley.platform.identity.Caller;
import dev.parley.platform.identity.UserId;
import dev.parley.ratelimit.LimitedAction;
import dev.parley.ratelimit.RateLimitExceeded;
import dev.parley.ratelimit.RateLimitStatus;
import dev.parley.ratelimit.RateLimits;
import io.quarkus.logging.Log;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import java.text.Normalizer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;
import org.jboss.resteasy.reactive.server.SimpleResourceInfo;
import org.jspecify.annotations.Nullable;

/**
 * Lets callers in as fast as the limits allow, and tells them how they stand: {@code RateLimit} and
 * {@code RateLimit-Policy} as draft-ietf-httpapi-ratelimit-headers has them, {@code t} being the
 * seconds until all of it is there again.
 */
@ApplicationScoped
public class RateLimitFilter {

    private static final String KEY = RateLimitStatus.class.getName();

    private final RateLimits limits;
    private final ClientAddress clientAddress;
    private final CurrentVertxRequest currentRequest;

    RateLimitFilter(
            RateLimits limits, ClientAddress clientAddress, CurrentVertxRequest currentRequest) {
        this.limits = limits;
        this.clientAddress = clientAddress;
        this.currentRequest = currentRequest;
    }

    /** Every request of an account. Callers without one are limited at registration and login. */
    @ServerRequestFilter
    void enter(SimpleResourceInfo door, RoutingContext request) {
        caller(request)
                .ifPresent(
                        caller -> note(request, () -> limits.consume(limitOf(door), caller.id())));
    }

    /** A message of a socket's, which is no request of its own. */
    public void enter(LimitedAction limit, UserId user) {
        limits.consume(limit, user);
    }

    /** Somebody wants an account. */
    public void register() {
        RoutingContext request = currentRequest.getCurrent();
        note(request, () -> limits.consume(LimitedAction.REGISTRATIONS, addressOf(request)));
    }

    /**
     * Tries a password. A try that fails for that reason is counted, before it is known: guesses at
     * the same moment are not more than guesses in a row.
     *
     * @param name whose password it is to be
     * @param isWrong the failure that counts
     */
    public <T> T tryPassword(
            String name, Class<? extends RuntimeException> isWrong, Supplier<T> password) {
        RoutingContext request = currentRequest.getCurrent();
        @Nullable RateLimitStatus before = request.get(KEY);
        List<String> counted = List.of("name:" + folded(name), "at:" + addressOf(request));
        int taken = 0;
        boolean wrong = false;
        try {
            for (String text : counted) {
                note(request, () -> limits.consume(LimitedAction.FAILED_LOGINS, text));
                taken++;
            }
            return password.get();
        } catch (RuntimeException failure) {
            wrong = isWrong.isInstance(failure);
            throw failure;
        } finally {
            if (!wrong) {
                counted.subList(0, taken).forEach(this::giveBack);
                if (taken == counted.size()) {
                    // As if nothing had been counted
                    request.put(KEY, before);
                }
            }
        }
    }

    /** A caller with the right password is let in, also where the refund fails. */
    private void giveBack(String text) {
        try {
            limits.refund(LimitedAction.FAILED_LOGINS, text);
        } catch (RuntimeException failure) {
            Log.warn("A successful login stays counted as a failed login", failure);
        }
    }

    /** However it is written: the database finds the account by other cases of a letter, too. */
    private static String folded(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFKD)
                .replaceAll("\\p{M}", "")
                .toLowerCase(Locale.ROOT);
    }

    @ServerResponseFilter
    void tell(
            ContainerRequestContext request,
            ContainerResponseContext response,
            RoutingContext routing) {
        @Nullable RateLimitStatus standing = routing.get(KEY);
        if (standing != null) {
            response.getHeaders().putSingle("RateLimit-Policy", policy(standing));
            response.getHeaders().putSingle("RateLimit", standing(standing));
        }
    }

    private static void note(RoutingContext request, Supplier<Optional<RateLimitStatus>> taking) {
        try {
            taking.get().ifPresent(standing -> request.put(KEY, standing));
        } catch (RateLimitExceeded failure) {
            request.put(KEY, failure.standing());
            throw failure;
        }
    }

    private String addressOf(RoutingContext request) {
        return clientAddress.of(request.request());
    }

    private static LimitedAction limitOf(SimpleResourceInfo door) {
        @Nullable RateLimit limited = door.getResourceClass().getAnnotation(RateLimit.class);
        return limited == null ? LimitedAction.REQUESTS : limited.by();
    }

    private static Optional<Caller> caller(RoutingContext request) {
        return request.user() instanceof QuarkusHttpUser user
                ? Optional.ofNullable(user.getSecurityIdentity().getAttribute(Caller.ATTRIBUTE))
                : Optional.empty();
    }

    private static String policy(RateLimitStatus standing) {
        return "\"%s\";q=%d;w=%d"
                .formatted(
                        standing.limit().text(),
                        standing.rate().limit(),
                        standing.rate().window().toSeconds());
    }

    private static String standing(RateLimitStatus standing) {
        return "\"%s\";r=%d;t=%d"
                .formatted(
                        standing.limit().text(),
                        standing.remaining(),
                        wholeSeconds(standing.untilFull()));
    }

    private static long wholeSeconds(Duration duration) {
        return duration.plusMillis(999).toSeconds();
    }
}
