package dev.parley.api.filter;

import dev.parley.platform.identity.Caller;
import dev.parley.platform.identity.RequestOrigin;
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
 * Rejects requests over a rate limit, and reports the state of the limit in the headers {@code
 * RateLimit} and {@code RateLimit-Policy} (draft-ietf-httpapi-ratelimit-headers). {@code t} is the
 * number of seconds until the bucket is full again.
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

    /**
     * Counts every request of an account. Callers without an account are limited at registration
     * and login.
     */
    @ServerRequestFilter
    void limit(SimpleResourceInfo resource, RoutingContext request) {
        caller(request)
                .ifPresent(caller ->
                        consume(request, () -> limits.consume(limitOf(resource), caller.id())));
    }

    /**
     * Counts a message on a WebSocket, which is not an HTTP request.
     *
     * @throws RateLimitExceeded if the limit is reached
     */
    public void enter(LimitedAction limit, UserId user) {
        limits.consume(limit, user);
    }

    /**
     * Counts a registration by the client's address, and runs it with {@link
     * RequestOrigin#ADDRESS}.
     *
     * @throws RateLimitExceeded if the limit is reached
     */
    public <T> T register(Supplier<T> registration) {
        RoutingContext request = currentRequest.getCurrent();
        String address = addressOf(request);
        consume(request, () -> limits.consume(LimitedAction.REGISTRATIONS, address));
        return ScopedValue.where(RequestOrigin.ADDRESS, address).call(registration::get);
    }

    /**
     * Checks a password under the limit of failed logins, by account name and by client address.
     * The attempt is counted before the check and refunded unless the password is wrong: so
     * concurrent guesses are limited as strictly as sequential guesses. An attempt that is refused
     * by the limit of the name counts against the address. The check runs with {@link
     * RequestOrigin#ADDRESS}.
     *
     * @param name the name of the account
     * @param isWrong the failure of a wrong password; other failures are not counted
     * @throws RateLimitExceeded if the limit is reached
     */
    public <T> T tryPassword(
            String name, Class<? extends RuntimeException> isWrong, Supplier<T> password) {
        RoutingContext request = currentRequest.getCurrent();
        @Nullable RateLimitStatus before = request.get(KEY);
        // The address first: an address without tokens touches no bucket of a name
        String address = addressOf(request);
        List<String> bucketKeys = List.of(addressKey(address), "name:" + folded(name));
        int consumed = 0;
        boolean wrong = false;
        try {
            for (String bucketKey : bucketKeys) {
                consume(request, () -> limits.consume(LimitedAction.FAILED_LOGINS, bucketKey));
                consumed++;
            }
            return ScopedValue.where(RequestOrigin.ADDRESS, address).call(password::get);
        } catch (RuntimeException failure) {
            wrong = isWrong.isInstance(failure) || failure instanceof RateLimitExceeded;
            throw failure;
        } finally {
            if (!wrong) {
                bucketKeys.subList(0, consumed).forEach(this::refund);
                if (consumed == bucketKeys.size()) {
                    // The response reports the limits as if no attempt had been counted
                    request.put(KEY, before);
                }
            }
        }
    }

    /**
     * Counts a sign-in that an issuer has to confirm as a failed login of the client's address,
     * until {@link #refundSignIn} takes it back.
     *
     * @throws RateLimitExceeded if the limit is reached
     */
    public void enterSignIn(RoutingContext request) {
        limits.consume(LimitedAction.FAILED_LOGINS, addressKey(addressOf(request)));
    }

    /** The issuer has confirmed the sign-in that was counted. */
    public void refundSignIn(RoutingContext request) {
        refund(addressKey(addressOf(request)));
    }

    private static String addressKey(String address) {
        return "at:" + address;
    }

    /** A caller with the right password is logged in even if the refund fails. */
    private void refund(String bucketKey) {
        try {
            limits.refund(LimitedAction.FAILED_LOGINS, bucketKey);
        } catch (RuntimeException failure) {
            Log.warn("Refund failed: a successful login remains counted as failed", failure);
        }
    }

    /**
     * Normalizes a name: the database finds the account in upper and lower case, so all spellings
     * share one limit.
     */
    private static String folded(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFKD)
                .replaceAll("\\p{M}", "")
                .toLowerCase(Locale.ROOT);
    }

    @ServerResponseFilter
    void addHeaders(
            ContainerRequestContext request,
            ContainerResponseContext response,
            RoutingContext routing) {
        @Nullable RateLimitStatus status = routing.get(KEY);
        if (status != null) {
            response.getHeaders().putSingle("RateLimit-Policy", policy(status));
            response.getHeaders().putSingle("RateLimit", remaining(status));
        }
    }

    /** Keeps the status for the headers of the response. */
    private static void consume(
            RoutingContext request, Supplier<Optional<RateLimitStatus>> consumption) {
        try {
            consumption.get().ifPresent(status -> request.put(KEY, status));
        } catch (RateLimitExceeded failure) {
            request.put(KEY, failure.standing());
            throw failure;
        }
    }

    private String addressOf(RoutingContext request) {
        return clientAddress.of(request.request());
    }

    static LimitedAction limitOf(SimpleResourceInfo resource) {
        @Nullable RateLimit rateLimit = resource.getResourceClass().getAnnotation(RateLimit.class);
        return rateLimit == null ? LimitedAction.REQUESTS : rateLimit.by();
    }

    static Optional<Caller> caller(RoutingContext request) {
        return request.user() instanceof QuarkusHttpUser user
                ? Optional.ofNullable(user.getSecurityIdentity().getAttribute(Caller.ATTRIBUTE))
                : Optional.empty();
    }

    private static String policy(RateLimitStatus status) {
        return "\"%s\";q=%d;w=%d"
                .formatted(
                        status.limit().text(),
                        status.rate().limit(),
                        status.rate().window().toSeconds());
    }

    private static String remaining(RateLimitStatus status) {
        return "\"%s\";r=%d;t=%d"
                .formatted(
                        status.limit().text(),
                        status.remaining(),
                        wholeSeconds(status.untilFull()));
    }

    private static long wholeSeconds(Duration duration) {
        return duration.plusMillis(999).toSeconds();
    }
}
