package dev.parley.agent.model;

import org.jspecify.annotations.Nullable;

/**
 * The endpoint failed. Counts as a failure for the circuit breaker, unlike a refusal of one
 * request.
 */
final class ModelEndpointFailure extends RuntimeException {

    ModelEndpointFailure(String detail, @Nullable Throwable cause) {
        super(detail, cause);
    }

    String detail() {
        return String.valueOf(getMessage());
    }
}
