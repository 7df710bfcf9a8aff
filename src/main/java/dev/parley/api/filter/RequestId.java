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
 * The id that a request bears in logs, problems and its response. A caller may bring one of its
 * own.
 */
@ApplicationScoped
public class RequestId {

    static final String HEADER = "X-Request-Id";

    private static final String KEY = "request";
    private static final String NONE = "none";
    private static final Pattern ACCEPTABLE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private final CurrentVertxRequest currentRequest;

    RequestId(CurrentVertxRequest currentRequest) {
        this.currentRequest = currentRequest;
    }

    /** Gives the request its id: the caller's where it is short and harmless, else a new one. */
    public static void assign(RoutingContext request) {
        String brought = request.request().getHeader(HEADER);
        String id =
                brought != null && ACCEPTABLE.matcher(brought).matches()
                        ? brought
                        : UuidCreator.getTimeOrderedEpoch().toString();
        request.put(KEY, id);
        request.response().putHeader(HEADER, id);
        MDC.put(KEY, id);
    }

    /** Outside of an HTTP request, as on a socket, each occurrence has an id of its own. */
    public String current() {
        if (!Arc.container().requestContext().isActive()) {
            return UuidCreator.getTimeOrderedEpoch().toString();
        }
        @Nullable RoutingContext request = currentRequest.getCurrent();
        return request == null ? NONE : of(request);
    }

    public static String of(RoutingContext request) {
        @Nullable String id = request.get(KEY);
        return id == null ? NONE : id;
    }
}
