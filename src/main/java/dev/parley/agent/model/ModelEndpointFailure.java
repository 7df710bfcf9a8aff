package dev.parley.agent.model;

import org.jspecify.annotations.Nullable;

/**
 * The endpoint did not do its part. Counts against its circuit, unlike a refusal of what one
 * conversation asks for.
 */
final class ModelEndpointFailure extends RuntimeException {

    ModelEndpointFailure(String detail, @Nullable Throwable cause) {
        super(detail, cause);
    }

    String detail() {
        return String.valueOf(getMessage());
    }
}
