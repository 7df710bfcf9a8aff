package dev.parley.api.filter;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Serves clients whose {@code Accept} (RFC 9110, section 12.5.1) names only what they expect of a
 * failure. Generated clients send {@code application/problem+json} alone where a success has no
 * content.
 */
@ApplicationScoped
class AcceptFilter {

    private static final String PROBLEM = "application/problem+json";
    private static final String WITH_LOWEST_WEIGHT = ", application/json;q=0.001";

    @ServerRequestFilter(preMatching = true)
    void accept(RoutingContext request) {
        String accepted = request.request().getHeader(HttpHeaders.ACCEPT);
        if (accepted != null
                && (accepted.contains(PROBLEM)
                        || HttpMethod.DELETE.equals(request.request().method()))) {
            request.request().headers().set(HttpHeaders.ACCEPT, accepted + WITH_LOWEST_WEIGHT);
        }
    }
}
