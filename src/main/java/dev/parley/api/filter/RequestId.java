package dev.parley.api.filter;

import com.github.f4b6a3.uuid.UuidCreator;
import io.quarkus.arc.Arc;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.regex.Pattern;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/**
 * The id of a request in logs, in problems and in the response header {@code X-Request-Id}. A
 * caller may choose the id.
 */
@ApplicationScoped
public class RequestId {

    public static final String HEADER = "X-Request-Id";

    private static final String KEY = "request";
    private static final String NONE = "none";
    private static final Pattern ACCEPTABLE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private final CurrentVertxRequest currentRequest;

    RequestId(CurrentVertxRequest currentRequest) {
        this.currentRequest = currentRequest;
    }

    /**
     * Assigns the id: the caller's id if it has 1 to 64 letters, digits, dots, dashes or
     * underscores, and a new id otherwise.
     */
    public static void assign(RoutingContext request) {
        String callersId = request.request().getHeader(HEADER);
        String id =
                callersId != null && ACCEPTABLE.matcher(callersId).matches() ? callersId : create();
        request.put(KEY, id);
        request.response().putHeader(HEADER, id);
        MDC.put(KEY, id);
    }

    /** The id of the current request; outside an HTTP request, as on a WebSocket, a new id. */
    public String current() {
        if (!Arc.container().requestContext().isActive()) {
            return create();
        }
        @Nullable RoutingContext request = currentRequest.getCurrent();
        return request == null ? NONE : of(request);
    }

    /** A new id, for a request that is refused before it has one. */
    public static String create() {
        return UuidCreator.getTimeOrderedEpoch().toString();
    }

    public static String of(RoutingContext request) {
        @Nullable String id = request.get(KEY);
        return id == null ? NONE : id;
    }
}
